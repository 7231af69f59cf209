import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { spawnAppliance } from "../support/appliance.ts";
import { testDatabase } from "../support/postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const root = resolve(import.meta.dir, "../..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const shellBlocks = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block.trim());
const [, shown = ""] = /^```\n(\n? +Pre-Puff is ready.*?)^```$/ms.exec(readme) ?? [];
const firstBag = shellBlocks.find((block) => block.startsWith("echo ")) ?? "";

test("the first bag of the README: the program prints what is shown there, and both lines do what they should", async () => {
  using folder = tempFolder();
  const { url } = await testDatabase({ migrated: false });
  await using appliance = spawnAppliance({
    dataDir: join(folder.path, "data"),
    databaseUrl: url,
    env: { PREPUFF_LOG_FORMAT: "pretty", PREPUFF_ADMIN_TOKEN: "", PREPUFF_SCALE_HOST: "0.0.0.0" },
  });
  await until("it is ready", () => appliance.output().includes("/api/bags\n"));
  const output = appliance.output();
  const scalePort = /Scales connect to +0\.0\.0\.0:(\d+)/.exec(output)?.[1] ?? "";
  const httpPort = /Board +http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1] ?? "";
  const asHere = (text: string) => text.replaceAll("10001", scalePort).replaceAll("8080", httpPort);
  expect(output).toContain(asHere(shown).replaceAll("…", folder.path));

  const run = (command: string) =>
    Bun.spawnSync(["bash", "-c", asHere(command)], { cwd: folder.path }).stdout.toString();
  const [send = "", see = ""] = firstBag.split("\n");
  run(send);
  let answer = "";
  await until("the bag is shown", () => {
    answer = run(see);
    return answer.includes('"weight":"50.20"');
  });
  expect(JSON.parse(answer)).toMatchObject({ items: [{ id: 1, scale: 1, weight: "50.20", unit: "lb" }] });
  for (const line of firstBag.split("\n")) {
    const isAbsolute = line.replace("data/admin-token", "…/data/admin-token");
    expect(shown).toContain(isAbsolute);
  }
});

test("every command of the README is one that there is", () => {
  const { scripts } = packageJson;
  const commands = shellBlocks.filter((block) => block !== firstBag).flatMap((block) => block.split("\n"));
  expect(commands.length).toBeGreaterThanOrEqual(5);
  const compose = readFileSync(join(root, "compose.yaml"), "utf8");
  for (const command of commands) {
    const [, script] = /^npx --yes bun@[\d.]+ (?:run )?(\w+)$/.exec(command) ?? [];
    const [, service] = /^docker compose (?:run --rm|exec) (\w+) /.exec(command) ?? [];
    if (script !== undefined) expect(scripts, command).toHaveProperty(script);
    else if (service !== undefined) expect(compose, command).toContain(`\n  ${service}:\n`);
    else expect(command).toBe("docker compose up -d --wait");
  }
});
