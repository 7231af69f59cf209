import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createPatient } from "../cli/patient.ts";
import { spawnAppliance, startAppliance } from "../support/appliance.ts";
import { readLedger, untilRecorded } from "../support/outside.ts";
import { connectScale, frames } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

/** The embedded server of an appliance. */
function postmaster(dataDir: string): number {
  const text = readFileSync(join(dataDir, "postgres/cluster/postmaster.pid"), "utf8");
  return Number(text.split("\n")[0]);
}

test("an embedded PostgreSQL that is killed is started again, and no bag is lost", async () => {
  using folder = tempFolder();
  const patient = createPatient(folder.path, "");
  await using appliance = await patient.start();
  const dataDir = join(folder.path, "data");
  await appliance.ready();
  using line = await connectScale(appliance.scalePort);
  await line.send(frames(1, 0, 50));
  await untilRecorded(appliance, 50);

  process.kill(postmaster(dataDir), "SIGKILL");
  await appliance.line("the embedded PostgreSQL ended by itself: it is started again, weighing goes on");
  await line.send(frames(1, 50, 50));
  await untilRecorded(appliance, 100);

  // One of its processes alone: it begins anew by itself.
  const pid = postmaster(dataDir);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
  const backend = children.findLast((child) =>
    /prepuff/.test(readFileSync(`/proc/${child}/cmdline`, "utf8")),
  );
  if (backend === undefined) throw new Error("no backend");
  process.kill(backend, "SIGKILL");
  await line.send(frames(1, 100, 50));
  await untilRecorded(appliance, 150);
  // It may be away once more for a moment, as the killed process takes the others with it.
  await until("the ledger is known", async () => !Number.isNaN((await readLedger(appliance)).bags));
  expect(await readLedger(appliance)).toMatchObject({ received: 150, bags: 150, missing: 0 });
  const { lines } = await patient.examine();
  expect(lines.get("part: database")).toBe("passed: up");

  // A killed appliance takes it along.
  appliance.kill("SIGKILL");
  await until(
    "its PostgreSQL has ended",
    () => !existsSync(join(dataDir, "postgres/cluster/postmaster.pid")),
  );
}, 120_000);

test("a first start without a database says once what is wrong and what to do, and weighs; health and doctor say it too", async () => {
  using folder = tempFolder();
  const patient = createPatient(folder.path, "");
  const cluster = join(folder.path, "data/postgres/cluster");
  mkdirSync(cluster, { recursive: true });
  writeFileSync(join(cluster, "PG_VERSION"), "12\n");
  writeFileSync(join(cluster, "postgresql.conf"), "");
  await using appliance = await patient.start();
  const line = await appliance.line("no database: bags are kept in the journal until there is one");
  expect(line).toMatchObject({
    level: "error",
    error: expect.stringContaining("the embedded PostgreSQL does not start"),
    hint: expect.stringContaining("of another PostgreSQL version"),
  });
  using scale = await connectScale(appliance.scalePort);
  await scale.send(frames(1, 0, 3));
  const answered = await appliance.api("/health/ready");
  // Long enough for some more attempts, each of which would say it again.
  await Bun.sleep(4_000);
  const said = appliance.log().filter(({ msg }) => /database/.test(msg));
  expect(said.map(({ msg }) => msg)).toEqual([
    "database away: weighing goes on",
    "no database: bags are kept in the journal until there is one",
  ]);
  expect(await answered.json()).toMatchObject({
    parts: { database: { state: "down", detail: expect.stringContaining("What to do: ") } },
  });
  const { lines, remedies } = await patient.examine();
  expect(lines.get("part: database")).toContain("of another PostgreSQL version");
  expect(remedies.get("part: database")).toContain("restarts its own PostgreSQL within a minute");
}, 60_000);

test("in a terminal a PostgreSQL that is not there is said once, with what to look at, and never with the password", async () => {
  using folder = tempFolder();
  await using appliance = spawnAppliance({
    dataDir: folder.path,
    databaseUrl: "postgres://prepuff:secret-of-the-test@127.0.0.1:1/prepuff",
    env: { PREPUFF_LOG_FORMAT: "pretty" },
  });
  await until("it is said", () => appliance.output().includes("What to do          "));
  const output = appliance.output();
  expect(output).toContain("Pre-Puff weighs, but it has no database: bags are kept in");
  expect(output).toContain("What is wrong       connect ECONNREFUSED 127.0.0.1:1");
  expect(output).toContain("Is PostgreSQL running");
  expect(output).not.toContain("secret-of-the-test");
}, 30_000);

test.each(["SIGHUP", "SIGUSR1", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGXCPU"] as const)(
  "%s does not stop the weighing, and is said",
  async (signal) => {
    using folder = tempFolder();
    await using appliance = await startAppliance({
      dataDir: folder.path,
      databaseUrl: "postgres://127.0.0.1:1/x",
    });
    appliance.kill(signal);
    expect(
      await appliance.line("signal ignored: weighing goes on. SIGTERM stops the appliance"),
    ).toMatchObject({
      signal,
    });
    appliance.kill(signal);
    using scale = await connectScale(appliance.scalePort);
    await scale.send(frames(1, 0, 3));
    expect(await appliance.stop()).toBe(0);
  },
  30_000,
);

test("SIGQUIT stops it as SIGTERM does", async () => {
  using folder = tempFolder();
  await using appliance = await startAppliance({
    dataDir: folder.path,
    databaseUrl: "postgres://127.0.0.1:1/x",
  });
  await appliance.origin();
  appliance.kill("SIGQUIT");
  expect(await appliance.exited).toBe(0);
  // Whether it had come to its end by then or not.
  expect(appliance.log().at(-1)?.msg).toStartWith("stopped");
}, 30_000);
