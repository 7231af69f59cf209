import { type Command, Option } from "commander";
import { exitCode, type Io } from "./io.ts";

const forTablets = `The admin token is for whoever sets the appliance up. Do not sign a tablet in with it: make each its own, which can
be revoked when the tablet is lost (--role operator to work, viewer to look).
  docker compose exec prepuff prepuff token create --role operator --name "line 2 tablet"
`;

/** `prepuff secrets`: what the services of compose.yaml keep from others; run by its one-shot service. */
export function addSecretsCommand(program: Command, io: Io): void {
  const secrets = program
    .command("secrets")
    .description("make, show and take the secrets of compose.yaml: docker compose run --rm secrets show");
  const folder = () => new Option("--folder <path>", "where the services' folders are").default("/secrets");

  secrets
    .command("make")
    .description("make those that are missing; none is ever replaced")
    .addOption(folder())
    .action(async (options: { folder: string }) => {
      const { makeSecrets } = await import("./compose-secrets.ts");
      const written = makeSecrets(options.folder);
      io.stdout.write(written.length === 0 ? "all secrets are there\n" : `made: ${written.join(", ")}\n`);
    });
  secrets
    .command("show")
    .description("print what people need: the admin token and Grafana's password")
    .addOption(folder())
    .action(async (options: { folder: string }) => {
      const { readSecret } = await import("./compose-secrets.ts");
      const token = readSecret(options.folder, "prepuff/admin-token");
      const password = readSecret(options.folder, "grafana/admin-password");
      if (token === null || password === null) {
        throw new Error(`there are no secrets in ${options.folder} yet: docker compose up -d makes them`);
      }
      io.stdout.write(
        `Admin token of Pre-Puff       ${token}\nGrafana, user admin, password  ${password}\n\n${forTablets}`,
      );
    });
  secrets
    .command("put")
    .description("keep a secret that others gave you, read from standard input")
    .argument("<name>", "upstream-token, smtp-password or webhook-url")
    .addOption(folder())
    .action(async (name: string, options: { folder: string }) => {
      const { givenSecrets, isGivenSecret, putSecret } = await import("./compose-secrets.ts");
      if (!isGivenSecret(name)) {
        io.stderr.write(`prepuff: it takes ${givenSecrets.join(", ")}, not ${JSON.stringify(name)}\n`);
        io.finish(exitCode.usage);
        return;
      }
      const text = (await Bun.stdin.text()).trim();
      if (text === "" || /[\r\n]/.test(text))
        throw new Error("standard input has to hold one line, the secret");
      io.stdout.write(`kept; its service reads it from ${putSecret(options.folder, name, text)}\n`);
    });
}
