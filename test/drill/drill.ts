/**
 * The drill: compose.yaml from nothing, with real containers. It needs Docker with Compose v2 and the images (they are
 * pulled, or were made), and takes minutes, so it is not among the tests: bun run drill.
 *
 * The steps follow one another on one stack. Grafana is left out.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { getJob, readLedger, startJob } from "../support/outside.ts";
import { until } from "../support/until.ts";
import { inspect, isOneShot } from "./containers.ts";
import { fingerprints, plantOn } from "./plant.ts";
import { prepareStack, run, type Stack, services } from "./stack.ts";

const image = "prepuff:0.1.0";
const nextImage = "prepuff:drill-next";
const imageBytesMax = 150_000_000;
const figures: string[] = [];
let stack: Stack;
let empty: Stack;
let plant: ReturnType<typeof plantOn>;
/** The name of the backup that is restored. */
let backup = "";

beforeAll(async () => {
  stack = await prepareStack("prepuff-drill");
  empty = await prepareStack("prepuff-drill-empty");
  plant = plantOn(stack);
  await Promise.all([stack.remove(), empty.remove()]);
}, 60_000);

afterAll(async () => {
  process.stdout.write(`\n${figures.map((line) => `  ${line}\n`).join("")}\n`);
  await Promise.all([stack.remove(), empty.remove()]);
  for (const { folder } of [stack, empty]) rmSync(folder, { recursive: true, force: true });
  await run(["docker", "image", "rm", "--force", nextImage]);
}, 120_000);

test("the image is small, has no shell, and does not run as root", async () => {
  await stack.compose("build", "--quiet", "prepuff");
  const [made] = imagesShape.parse(JSON.parse(await run(["docker", "image", "inspect", image])));
  figures.push(`image: ${Math.round((made?.Size ?? 0) / 1e6)} MB`);
  expect(made?.Size).toBeLessThanOrEqual(imageBytesMax);
  expect(made?.Config.User).toBe("65532:65532");
  expect(made?.Config.Labels).toMatchObject({ "org.opencontainers.image.title": "Pre-Puff" });
  const shell = run(["docker", "run", "--rm", "--entrypoint", "sh", image, "-c", "true"]);
  await expect(shell).rejects.toThrow("sh");
  expect(await run(["docker", "run", "--rm", image, "--version"])).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test("one command brings everything up from nothing", async () => {
  const seconds = await stack.up();
  figures.push(`from \`up\` to healthy, images at hand: ${seconds.toFixed(1)} s`);
  const containers = await inspect(stack);
  expect([...containers.keys()].sort()).toEqual([...services, "secrets", "database-roles"].sort());
  for (const [service, { State }] of containers) {
    const Status = isOneShot(service) ? "exited" : "running";
    expect({ service, ...State }).toEqual({ service, Status, ExitCode: 0 });
  }
});

test("each container is locked down", async () => {
  for (const [service, { Config, HostConfig }] of await inspect(stack)) {
    expect({ service, ...HostConfig }).toMatchObject({
      service,
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      CapAdd: null,
      SecurityOpt: ["no-new-privileges:true"],
      RestartPolicy: { Name: isOneShot(service) ? "no" : "unless-stopped" },
      LogConfig: { Config: { "max-size": "10m", "max-file": "5" } },
    });
    expect(HostConfig.Memory).toBeGreaterThan(0);
    expect(HostConfig.PidsLimit).toBeGreaterThan(0);
    expect(["", "root", "0"]).not.toContain(Config.User);
  }
});

test("only the scales' port, the API and Grafana are published; Prometheus and Alertmanager to this machine alone", async () => {
  const config = await run(
    "docker compose --file compose.yaml --env-file /dev/null config --format json".split(" "),
  );
  const published = Object.values(configShape.parse(JSON.parse(config)).services)
    .flatMap(({ ports = [] }) => ports.map(({ target, host_ip = "everywhere" }) => `${target} ${host_ip}`))
    .sort();
  expect(published).toEqual([
    "10001 everywhere",
    "3000 everywhere",
    "8080 everywhere",
    "9090 127.0.0.1",
    "9093 127.0.0.1",
  ]);
});

test("the secrets were made by themselves, and a command shows what people need", async () => {
  const shown = await stack.compose("run", "--rm", "--no-deps", "secrets", "show");
  const [token = "", password = ""] = shown.split("\n").map((line) => line.split(/\s+/).at(-1) ?? "");
  expect((await stack.api("/api/tokens", { token })).status).toBe(200);
  expect((await stack.api("/api/tokens", { token: password })).status).toBe(401);
  const logs = await stack.compose("logs");
  expect(logs).not.toContain(token);
  expect(logs).not.toContain(password);
});

test("bags that come through the published port are in Postgres and in Prometheus", async () => {
  await startJob(stack);
  await plant.weigh(100);
  await plant.expectNothingLost();
  await until(
    "Prometheus has seen them",
    async () => (await stack.metric("sum(prepuff_bags_total)")) === 100,
  );
  await until("its three targets are up", async () => (await stack.metric("count(up == 1)")) === 3);
});

test("Grafana's role reads bags, and nothing else", async () => {
  expect(await stack.sql("select count(*) from filler_bag", "grafana")).toBe("100");
  for (const forbidden of [
    "select * from access_token",
    "select * from audit_event",
    "begin read write; delete from filler_bag",
    "begin read write; create table mine ()",
  ]) {
    await expect(stack.sql(forbidden, "grafana")).rejects.toThrow("permission denied");
  }
});

test("memory, idle and with 50 scales", async () => {
  figures.push(`memory idle: ${await plant.memory()}`);
  await plant.simulate(50, 10, async () => {
    await Bun.sleep(7_000);
    figures.push(`memory with 50 scales, a bag a second each: ${await plant.memory()}`);
  });
  await plant.expectNothingLost();
});

test("Postgres stops: weighing goes on, DatabaseDown fires, and nothing is lost", async () => {
  await plant.stop("postgres");
  await plant.weigh(50);
  await expect(stack.compose("exec", "-T", "backup", "backup", "now")).rejects.toThrow("pg_dump");
  await plant.untilAlert("DatabaseDown", true);
  await plant.weigh(50);
  await plant.start("postgres");
  await plant.expectNothingLost();
});

test("the appliance stops: ApplianceDown fires and is resolved, and nothing is lost", async () => {
  await plant.stop("prepuff");
  await plant.untilAlert("ApplianceDown", true);
  await plant.start("prepuff");
  await plant.weigh(20);
  await plant.expectNothingLost();
  await plant.untilAlert("ApplianceDown", false);
  await plant.untilAlert("DatabaseDown", false);
});

for (const service of ["backup", "alertmanager", "prometheus"] as const) {
  test(`${service} stops: weighing and recording do not notice`, async () => {
    await plant.stop(service);
    await plant.weigh(20);
    await plant.expectNothingLost();
    await plant.start(service);
    await plant.weigh(20);
    await plant.expectNothingLost();
  });
}

test("a backup is made at the first start and when asked for, and Prometheus knows its age", async () => {
  await stack.compose("exec", "-T", "backup", "backup", "now");
  await until("two are kept", async () => (await stack.metric("prepuff_backup_kept")) === 2);
  expect(await stack.metric("time() - prepuff_backup_last_success_timestamp_seconds")).toBeWithin(0, 60);
  expect(await stack.metric("prepuff_backup_bytes")).toBeGreaterThan(10_000);
  expect(await stack.compose("exec", "-T", "backup", "ls", "/var/backups/prepuff")).not.toContain(".part");
});

test("of the backups only the newest are kept", async () => {
  const before = await listBackups(stack);
  await stack.compose("exec", "-T", "--env", "BACKUP_KEEP=2", "backup", "backup", "now");
  const after = await listBackups(stack);
  expect(after).toEqual([before.at(-1) ?? "", after.at(-1) ?? ""]);
  expect(before).not.toContain(after.at(-1) ?? "");
});

test("the backup, restored into an empty stack, holds everything, as the ledger proves", async () => {
  const before = await fingerprints(stack);
  const { journal_id } = await answeredLedger(stack);
  backup = (await listBackups(stack)).at(-1) ?? "";
  await stack.compose("cp", `backup:/var/backups/prepuff/${backup}`, stack.folder);

  await empty.up();
  await empty.compose("cp", join(stack.folder, backup), "backup:/var/backups/prepuff/");
  const said = await empty.compose("exec", "-T", "backup", "backup", "restore", backup);
  expect(said).toContain(`${backup} is in use`);
  expect(await fingerprints(empty)).toBe(before);
  // By the counts of the journal whose bags these are: none missing, none uncounted.
  const ledger = await readLedger(stack);
  const row = [journal_id, ledger.received, ledger.bags, 0, 0, 0].join(" | ");
  expect(said.replace(/ +/g, " ")).toContain(row);
});

test("the restored stack goes on where the other one stood", async () => {
  const jobBefore = await getJob(stack, 1);
  const other = plantOn(empty);
  await other.weigh(10);
  await until("they are in the restored job", async () => {
    return (await getJob(empty, 1).catch(() => jobBefore)).bags_completed === jobBefore.bags_completed + 10;
  });
  expect(await readLedger(empty)).toMatchObject({ received: 10, bags: 10, missing: 0 });
  expect(await empty.sql("select count(*) from filler_bag", "grafana")).not.toBe("0");
});

test("a restore while scales weigh takes only what was recorded after the backup, and the ledger says how much", async () => {
  const other = plantOn(empty);
  await other.weighDuring(50, () => empty.compose("exec", "-T", "backup", "backup", "restore", backup));
  await until("what was weighed since is recorded", async () => {
    const ledger = await readLedger(empty).catch(() => null);
    return ledger !== null && ledger.pending === 0 && ledger.received === 10 + other.printed;
  });
  const { received, bags, missing } = await readLedger(empty);
  expect(bags + missing).toBe(received);
  expect(missing).toBeGreaterThanOrEqual(10);
  expect(bags).toBeGreaterThan(0);
  await empty.remove();
});

test("an upgrade under load keeps the data, migrates once, and its gap is short", async () => {
  const migrations = await stack.sql("select name, applied_at from schema_migration order by name");
  await run(["docker", "build", "--quiet", "--build-arg", "VERSION=next", "--tag", nextImage, "."]);
  await plant.weighDuring(50, async () => {
    await Bun.sleep(1_000);
    stack.use(nextImage);
    await stack.up("--no-build");
    await Bun.sleep(1_000);
  });
  const { lost, gapSeconds } = await plant.settle();
  figures.push(
    `upgrade under load: the scales' gap ${gapSeconds.toFixed(2)} s, ${lost} prints of a scale lost in it`,
  );
  expect(gapSeconds).toBeLessThan(15);
  expect(await stack.sql("select name, applied_at from schema_migration order by name")).toBe(migrations);
  await plant.expectNothingLost();
});

test("`down` and `up` keep everything", async () => {
  const before = await fingerprints(stack);
  const at = Date.now();
  const known = await stack.metric("prepuff_journal_entries", at);
  await stack.compose("down");
  await stack.up();
  expect(await fingerprints(stack)).toBe(before);
  expect(await stack.metric("prepuff_journal_entries", at)).toBe(known);
  await plant.weigh(10);
  await plant.expectNothingLost();
});

const imagesShape = z.array(
  z.object({
    Size: z.number(),
    Config: z.object({ User: z.string(), Labels: z.record(z.string(), z.string()) }),
  }),
);
const configShape = z.object({
  services: z.record(
    z.string(),
    z.object({
      ports: z.array(z.object({ target: z.number(), host_ip: z.string().optional() })).optional(),
    }),
  ),
});

async function listBackups(of: Stack): Promise<string[]> {
  return (await of.compose("exec", "-T", "backup", "backup", "list")).trim().split("\n");
}

async function answeredLedger(of: Stack): Promise<{ journal_id: string }> {
  return z.object({ journal_id: z.string() }).parse(await (await of.api("/api/ledger")).json());
}
