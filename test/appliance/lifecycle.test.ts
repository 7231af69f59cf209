import { expect, test } from "bun:test";
import { connect } from "node:net";
import { join } from "node:path";
import pino from "pino";
import { startAppliance } from "../../src/appliance.ts";
import { loadConfig } from "../../src/config/load.ts";
import { lockFolder } from "../../src/journal/folder-lock.ts";
import { createLogLosses } from "../../src/logging/log-losses.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { freePort } from "../support/free-port.ts";
import { testDatabase } from "../support/postgres.ts";
import { connectScale } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";

/** An appliance of this process. */
function prepare(folder: string, databaseUrl: string, env: Readonly<Record<string, string>> = {}) {
  const scalePort = freePort();
  const dataDir = join(folder, "data");
  const { config } = loadConfig({
    env: {
      DATABASE_URL: databaseUrl,
      PREPUFF_DATA_DIR: dataDir,
      PREPUFF_SCALE_HOST: "127.0.0.1",
      PREPUFF_SCALE_PORT: String(scalePort),
      PREPUFF_HTTP_PORT: "0",
      PREPUFF_ADMIN_TOKEN: "admin-token-of-this-test",
      ...env,
    },
    cwd: folder,
  });
  return {
    scalePort,
    /** @param onLine is called with each line of the log; what it throws, the logger throws. */
    start(
      signal: AbortSignal = new AbortController().signal,
      onLine: (msg: string) => void = () => undefined,
    ) {
      const logger = pino({ level: "info" }, { write: (line) => onLine(JSON.parse(line).msg) });
      return startAppliance(config, logger, createLogLosses(systemClock, logger), signal);
    },
    /** Whether nothing of it is left: another one can have the folder, and nobody listens. */
    async isGone() {
      lockFolder(dataDir)();
      return !(await isOpen(scalePort));
    },
  };
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** Fails as a defect would, at a moment that nothing is prepared for. */
function failAt(line: string) {
  return (msg: string) => {
    if (msg === line) throw new Error(`a defect at "${line}"`);
  };
}

const nowhere = () => `postgres://prepuff:secret@127.0.0.1:${freePort()}/prepuff`;

test("a defect right behind the opening of the scales' port closes it, and leaves nothing behind", async () => {
  using folder = tempFolder();
  const appliance = prepare(folder.path, nowhere());
  let wasOpen = false;
  const failing = appliance.start(undefined, (msg) => {
    wasOpen ||= msg === "scales' port open";
    failAt("scales' port open")(msg);
  });
  await expect(failing).rejects.toThrow("a defect at");
  expect({ wasOpen, isGone: await appliance.isGone() }).toEqual({ wasOpen: true, isGone: true });

  const second = await appliance.start();
  expect(await isOpen(appliance.scalePort)).toBe(true);
  await second.stop();
  expect(await appliance.isGone()).toBe(true);
});

test("a defect while the other parts are put together closes the scales' port, too", async () => {
  using folder = tempFolder();
  const forwarding = { PREPUFF_UPSTREAM_URL: `http://127.0.0.1:${freePort()}/scan_bag` };
  const appliance = prepare(folder.path, nowhere(), forwarding);
  await Bun.write(join(folder.path, "data", "delivered.db"), "no database".repeat(1_000));
  const line = "notes of deliveries cannot be read: begun anew";
  await expect(appliance.start(undefined, failAt(line))).rejects.toThrow("a defect at");
  expect(await appliance.isGone()).toBe(true);
});

test("a stop that is asked for in any phase of the start ends it, and nothing is left", async () => {
  using folder = tempFolder();
  const appliance = prepare(folder.path, nowhere());
  const lines: string[][] = [];
  for (let turns = 0; ; turns++) {
    const stopping = new AbortController();
    const said: string[] = [];
    const starting = appliance
      .start(stopping.signal, (msg) => said.push(msg))
      .then(
        ({ done }) => done.then(() => "stopped"),
        (error: unknown) => error,
      );
    for (let turn = 0; turn < turns; turn++) await new Promise<void>((next) => setImmediate(next));
    stopping.abort();
    const outcome = await starting;
    expect(await appliance.isGone()).toBe(true);
    if (outcome === "stopped") break;
    expect(outcome).toBe(stopping.signal.reason);
    lines.push(said);
  }
  // Before the folder, before the journal, before the port, and before everything else.
  expect(lines.length).toBe(4);
  expect(lines.map((said) => said.includes("scales' port open"))).toEqual([false, false, false, true]);
});

test("who stops it twice waits for one stop, which `done` tells of", async () => {
  using folder = tempFolder();
  const appliance = prepare(folder.path, nowhere());
  const running = await appliance.start();
  let isDone = false;
  void running.done.then(() => {
    isDone = true;
  });
  await Bun.sleep(50);
  expect(isDone).toBe(false);
  const stops = [running.stop(), running.stop()];
  await Promise.all(stops);
  expect(isDone).toBe(true);
  await running.stop();
  expect(await appliance.isGone()).toBe(true);
});

test("where a part fails for good everything is stopped, `done` rejects, and the frame is recorded by the next start", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase();
  const appliance = prepare(folder.path, url);
  await sql`alter table filler_bag rename to filler_bag_away`;
  const running = await appliance.start(undefined, failAt("recording failed, trying again"));
  const over = running.done.then(
    () => "resolved",
    (error: unknown) => String(error),
  );
  await running.databaseUp;
  using line = await connectScale(appliance.scalePort);
  await line.send("1,50.00 lb\r\n");
  expect(await over).toBe('Error: a defect at "recording failed, trying again"');
  await expect(running.stop()).rejects.toThrow("a defect at");
  expect(await appliance.isGone()).toBe(true);

  await sql`alter table filler_bag_away rename to filler_bag`;
  const next = await appliance.start();
  let bags = 0;
  for (const until = Date.now() + 20_000; bags === 0 && Date.now() < until; await Bun.sleep(20)) {
    const [row] = await sql<{ bags: number }[]>`select count(*)::integer as bags from filler_bag`;
    bags = row?.bags ?? 0;
  }
  await next.stop();
  expect(bags).toBe(1);
}, 60_000);
