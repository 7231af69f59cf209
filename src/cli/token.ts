import { type Command, Option } from "commander";
import type { Token } from "../access/named-tokens.ts";
import { roles } from "../config/config.ts";
import { httpUrl } from "./appliance-api.ts";
import { exitCode, type Io } from "./io.ts";
import { createTokenClient, type TokenClient } from "./token-client.ts";

interface Where {
  readonly url?: URL;
}

/**
 * `prepuff token`: the admin token in force, alone on standard output, for scripts; and the named tokens, through
 * the running appliance, because the embedded Postgres belongs to it.
 */
export function addTokenCommand(program: Command, io: Io): void {
  const token = program
    .command("token")
    .description("print the admin token in force; make, list and revoke named tokens")
    .action(async () => {
      const found = await adminToken(io);
      if (found === null) return explainMissing(io);
      io.stdout.write(`${found}\n`);
    });
  addNamedTokenCommands(token, io);
}

function addNamedTokenCommands(token: Command, io: Io): void {
  const url = () => new Option("--url <url>", "of the appliance, else as configured").argParser(httpUrl);
  token
    .command("create")
    .description("make a token and print it: it is shown this once")
    .addOption(new Option("--role <role>", "what it may do").choices(roles).makeOptionMandatory())
    .requiredOption("--name <name>", 'who or what has it, as "line 2 tablet"')
    .addOption(url())
    .action(async (options: Where & { role: string; name: string }) => {
      const client = await clientFor(io, options);
      if (client === null) return;
      const made = await client.create(options.role, options.name);
      io.stderr.write(`${made.name} (${made.role}) has the id ${made.id}; its token, shown this once:\n`);
      io.stdout.write(`${made.token}\n`);
    });
  token
    .command("list")
    .description("list the named tokens in force")
    .option("--json", "as JSON, revoked ones with them")
    .addOption(url())
    .action(async (options: Where & { json?: true }) => {
      const client = await clientFor(io, options);
      if (client === null) return;
      const tokens = await client.list(options.json === true);
      io.stdout.write(options.json ? `${JSON.stringify(tokens, null, 2)}\n` : table(tokens));
    });
  token
    .command("revoke")
    .description("end a token for ever")
    .argument("<id|name>")
    .addOption(url())
    .action(async (which: string, options: Where) => {
      const client = await clientFor(io, options);
      if (client === null) return;
      const tokens = await client.list(false);
      const found =
        tokens.find(({ name }) => name === which) ?? tokens.find(({ id }) => String(id) === which);
      if (found === undefined) throw new Error(`there is no token ${JSON.stringify(which)} in force`);
      await client.revoke(found.id);
      io.stdout.write(`revoked ${found.name} (${found.role}), id ${found.id}\n`);
    });
}

async function clientFor(io: Io, { url }: Where): Promise<TokenClient | null> {
  const admin = await adminToken(io);
  if (admin !== null) return createTokenClient(io, admin, url);
  await explainMissing(io);
  return null;
}

/** As configured, else as the first start of the appliance made it. */
export async function adminToken(io: Io): Promise<string | null> {
  const [{ loadConfig }, { readAdminToken }] = await Promise.all([
    import("../config/load.ts"),
    import("../config/admin-token.ts"),
  ]);
  const { config } = loadConfig({ env: io.env, cwd: io.cwd });
  return config.tokens.admin ?? readAdminToken(config.dataDir);
}

/** Says how an admin token comes to be, and ends with 1. */
export async function explainMissing(io: Io): Promise<void> {
  const [{ loadConfig }, { adminTokenPath }] = await Promise.all([
    import("../config/load.ts"),
    import("../config/admin-token.ts"),
  ]);
  const { config } = loadConfig({ env: io.env, cwd: io.cwd });
  io.stderr.write(
    `prepuff: there is no admin token yet in ${adminTokenPath(config.dataDir)}. The first start of "prepuff serve" makes it; or set PREPUFF_ADMIN_TOKEN\n`,
  );
  io.finish(exitCode.failed);
}

function table(tokens: readonly Token[]): string {
  if (tokens.length === 0) return "no named tokens are in force\n";
  const rows = [
    ["id", "role", "last used", "made", "name"],
    ...tokens.map((token) => [
      String(token.id),
      token.role,
      token.last_used_at?.slice(0, 16) ?? "never",
      token.created_at.slice(0, 16),
      token.name,
    ]),
  ];
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(width(column)))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
