import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { roleTokens, startAppliance } from "../support/appliance.ts";
import { freePort } from "../support/free-port.ts";
import { fillUp } from "../support/full-disk.ts";
import { isInTime } from "../support/in-time.ts";
import { mountMemory } from "../support/mounted.ts";
import { testDatabase } from "../support/postgres.ts";
import { connectScale, frames } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { findTool } from "../support/tool.ts";
import { until } from "../support/until.ts";

const python = findTool("python3");
const main = resolve(import.meta.dir, "../../src/main.ts");
const chatty = { PREPUFF_LOG_LEVEL: "trace" };

type Kind = "pipe" | "socket" | "terminal";

/** An appliance whose standard output is full from the beginning, and nobody reads it. */
async function startUnread(kind: Kind, folder: string, env: Readonly<Record<string, string>> = {}) {
  const { url } = await testDatabase({ migrated: false });
  const [scalePort, httpPort] = [freePort(), freePort()];
  const file = join(folder, "read.log");
  const program = process.env.APPLIANCE_BINARY
    ? [resolve(process.env.APPLIANCE_BINARY)]
    : [process.execPath, main];
  const command = [join(import.meta.dir, "../support/hold-output.py"), kind, file, ...program, "serve"];
  const child = Bun.spawn([python ?? "", ...command], {
    cwd: folder,
    stdin: "pipe",
    stdout: "inherit",
    stderr: "inherit",
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TZ: "UTC",
      DATABASE_URL: url,
      PREPUFF_DATA_DIR: folder,
      PREPUFF_SCALE_HOST: "127.0.0.1",
      PREPUFF_SCALE_PORT: String(scalePort),
      PREPUFF_HTTP_PORT: String(httpPort),
      PREPUFF_ADMIN_TOKEN: roleTokens.admin,
      PREPUFF_LOG_FORMAT: "json",
      ...chatty,
      ...env,
    },
  });
  const api = async (path: string) =>
    fetch(`http://127.0.0.1:${httpPort}${path}`, {
      headers: { authorization: `Bearer ${roleTokens.admin}` },
      signal: AbortSignal.timeout(5_000),
    });
  const tell = (word: "read" | "close" | "stop") => {
    child.stdin.write(`${word}\n`);
    child.stdin.flush();
  };
  await until("it is ready", () =>
    api("/health/ready").then(
      async (answer) => answer.status === 200 && (await answer.text()).includes('"status":"up"'),
      () => false,
    ),
  );
  return {
    scalePort,
    api,
    tell,
    read: () => (existsSync(file) ? readFileSync(file, "utf8") : ""),
    async lost(output: "stdout" | "file"): Promise<number> {
      const text = await (await api("/metrics")).text();
      return Number(
        new RegExp(`^prepuff_log_lines_lost_total{output="${output}"} (\\d+)`, "m").exec(text)?.[1],
      );
    },
    async bags(): Promise<number> {
      const ledger: unknown = await (await api("/api/ledger")).json();
      return typeof ledger === "object" && ledger !== null && "bags" in ledger ? Number(ledger.bags) : -1;
    },
    async stop(): Promise<number> {
      child.kill("SIGTERM");
      return child.exited;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.exited;
    },
  };
}

/** Weighs ten bags, each on a connection of its own, as logs of connects are the most. */
async function weighTen({ scalePort, bags }: Pick<Unread, "scalePort" | "bags">): Promise<void> {
  for (let n = 0; n < 10; n++) {
    using line = await connectScale(scalePort);
    await line.send(frames(1, n, 1));
    expect(await line.close()).toBe(true);
  }
  await until("all are recorded", async () => (await bags()) === 10);
}

type Unread = Awaited<ReturnType<typeof startUnread>>;

describe.skipIf(python === null)("standard output", () => {
  test.each(["pipe", "socket", "terminal"] as const)(
    "a %s that nobody reads holds nothing up: bags are recorded, and SIGTERM is heard",
    async (kind) => {
      using folder = tempFolder();
      await using appliance = await startUnread(kind, folder.path);
      await weighTen(appliance);
      const stopped = appliance.stop();
      expect(await isInTime(stopped, 10_000)).toBe(true);
      expect(await stopped).toBe(0);
    },
    60_000,
  );

  test.each(["pipe", "socket", "terminal"] as const)(
    "a %s that is read again gets every line that was kept, whole and in order, and the last one",
    async (kind) => {
      using folder = tempFolder();
      await using appliance = await startUnread(kind, folder.path);
      await weighTen(appliance);
      appliance.tell("read");
      await until("what was kept comes", () => appliance.read().includes('"msg":"ready"'));
      expect(await appliance.stop()).toBe(0);
      await until("the last line is read", () => appliance.read().includes('"msg":"stopped"'));
      const lines = appliance
        .read()
        .trimEnd()
        .split(/\r?\n/)
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line));
      expect(lines.length).toBeGreaterThan(20);
      expect(lines.at(-1)).toMatchObject({ msg: "stopped" });
      const times = lines.map(({ time }) => time);
      expect(times).toEqual(times.toSorted());
    },
    60_000,
  );

  test.each(["pipe", "socket", "terminal"] as const)(
    "a %s whose other end is gone holds nothing up",
    async (kind) => {
      using folder = tempFolder();
      await using appliance = await startUnread(kind, folder.path);
      appliance.tell("close");
      await weighTen(appliance);
      expect(await appliance.stop()).toBe(0);
    },
    60_000,
  );

  test("a terminal that is stopped with Ctrl-S holds nothing up, in the form for people too", async () => {
    using folder = tempFolder();
    await using appliance = await startUnread("terminal", folder.path, { PREPUFF_LOG_FORMAT: "pretty" });
    appliance.tell("read");
    await until("it talks", () => appliance.read().includes("Pre-Puff is ready"));
    appliance.tell("stop");
    await weighTen(appliance);
    expect(await appliance.stop()).toBe(0);
  }, 60_000);
});

const disks = tempFolder();
const mounts: Disposable[] = [disks];
afterAll(() => {
  for (const mount of mounts.reverse()) mount[Symbol.dispose]();
});
function smallDisk(name: string, megabytes: number) {
  const path = join(disks.path, name);
  mkdirSync(path);
  const mounted = mountMemory(path, megabytes);
  if (mounted === null) return null;
  mounts.push(mounted);
  return path;
}
const dataDisk = smallDisk("data", 64);
const logDisk = smallDisk("log", 8);

test.skipIf(logDisk === null)(
  "while the log's disk alone is full, a scale that connects anew is served",
  async () => {
    using folder = tempFolder();
    const { url } = await testDatabase({ migrated: false });
    const dir = join(logDisk ?? "", "days");
    await using appliance = await startAppliance({
      dataDir: folder.path,
      logDir: logDisk ?? "",
      databaseUrl: url,
      env: { PREPUFF_LOG_DIR: dir, ...chatty },
    });
    await appliance.ready();
    const ballast = fillUp(logDisk ?? "");
    let sent = 0;
    const weigh = async () => {
      using line = await connectScale(appliance.scalePort);
      await line.send(frames(1, sent++, 1));
      expect(await line.close()).toBe(true);
    };
    for (let n = 0; n < 20; n++) await weigh();
    const recorded = async () =>
      (await (await appliance.api("/api/ledger")).text()).includes(`"bags":${sent},`);
    await until("all are recorded", recorded);
    expect((await appliance.api("/health/ready")).status).toBe(200);
    const metrics = await (await appliance.api("/metrics")).text();
    expect(metrics).toMatch(/^prepuff_log_lines_lost_total{output="file"} [1-9]/m);
    expect(metrics).toMatch(/^prepuff_log_last_loss_timestamp_seconds{output="file"} [1-9]/m);
    const findings = z
      .object({ items: z.array(z.looseObject({ check: z.string(), ok: z.boolean(), what: z.string() })) })
      .parse(await (await appliance.api("/api/findings")).json());
    expect(findings.items.find(({ check }) => check === "log")).toMatchObject({
      ok: false,
      what: expect.stringMatching(/^lines not written to file since the start: \d+, the last one \d+ s ago$/),
    });
    rmSync(ballast);
    // What was kept in memory comes when there is room.
    await until("the log goes on", async () => {
      await weigh();
      return readdirSync(dir).some((name) =>
        readFileSync(join(dir, name), "utf8").includes("log file is written again"),
      );
    });
    expect(await appliance.stop()).toBe(0);
    expect(appliance.log().at(-1)?.msg).toBe("stopped");
  },
  60_000,
);

test.skipIf(dataDisk === null)(
  "a log on the data's disk, which fills: with room again the journal comes back by itself",
  async () => {
    const folder = dataDisk ?? "";
    await using appliance = await startAppliance({
      dataDir: folder,
      // Away, so that the journal must keep everything.
      databaseUrl: "postgres://prepuff:none@127.0.0.1:1/prepuff",
      env: { PREPUFF_LOG_DIR: join(folder, "days"), ...chatty },
    });
    const status = async () => (await appliance.api("/health/ready")).status;
    await appliance.line("HTTP port open");
    const ballast = fillUp(folder);
    using line = await connectScale(appliance.scalePort);
    let sent = 0;
    // Not waited for: the appliance reads no more once it is full.
    for (; (await status()) === 200; sent += 2_000) void line.send(frames(1, sent, 2_000));
    rmSync(ballast);
    await until("it is ready again", async () => (await status()) === 200);
    const pending = async () =>
      (await (await appliance.api("/metrics")).text()).includes(`prepuff_journal_entries ${sent}\n`);
    await until("nothing is lost", pending);
  },
  60_000,
);
