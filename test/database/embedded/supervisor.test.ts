import { expect, test } from "bun:test";
import type { EmbeddedPostgres } from "../../../src/database/embedded/server.ts";
import { superviseEmbedded } from "../../../src/database/embedded/supervisor.ts";
import { EmbeddedTrouble } from "../../../src/database/embedded/trouble.ts";
import { silentLogger } from "../../support/silent-logger.ts";

/** A start that does what the test wants, on a clock that the test moves. */
function supervised() {
  let now = 1_000_000;
  let outcome: "starts" | "fails" = "starts";
  const ports: (number | undefined)[] = [];
  const ends: ((how: string) => void)[] = [];
  const supervisor = superviseEmbedded({
    folder: "/data/postgres",
    logger: silentLogger,
    clock: { now: () => now, sleep: () => Promise.resolve() },
    start: ({ port }): Promise<EmbeddedPostgres> => {
      ports.push(port);
      if (outcome === "fails") return Promise.reject(new EmbeddedTrouble("it does not start", "look"));
      const { promise: ended, resolve } = Promise.withResolvers<string>();
      ends.push(resolve);
      const url = `postgres://127.0.0.1:${5_000 + ports.length}/prepuff`;
      return Promise.resolve({ url, pid: 1, ended, stop: async () => resolve("exit code 0") });
    },
  });
  return {
    supervisor,
    ports,
    set: (wanted: typeof outcome) => {
      outcome = wanted;
    },
    pass: (ms: number) => {
      now += ms;
    },
    end: async (how: string) => {
      ends.at(-1)?.(how);
      await Promise.resolve();
    },
  };
}

test("one that runs is not started again, and one that ended is, on the same port if it may be", async () => {
  const { supervisor, ports, end, pass } = supervised();
  const url = await supervisor.locate();
  expect(await supervisor.locate()).toBe(url);
  await end("signal SIGKILL");
  expect(supervisor.trouble?.what).toBe("the embedded PostgreSQL ended by itself (signal SIGKILL)");
  await expect(supervisor.locate()).rejects.toThrow("ended by itself");
  pass(1_000);
  expect(await supervisor.locate()).toBe("postgres://127.0.0.1:5002/prepuff");
  expect(supervisor.trouble).toBeNull();
  expect(ports).toEqual([undefined, 5_001]);
});

test("one that fails is tried after 1, 2, 4, 8, 16, 32 and then 60 s, and says the same meanwhile", async () => {
  const { supervisor, ports, set, pass } = supervised();
  set("fails");
  const waits: number[] = [];
  for (let seconds = 0, last = 0; seconds <= 250; seconds++) {
    const before = ports.length;
    await expect(supervisor.locate()).rejects.toMatchObject({ what: "it does not start", hint: "look" });
    if (ports.length > before && before > 0) waits.push(seconds - last);
    if (ports.length > before) last = seconds;
    pass(1_000);
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
});

test("a clock that is set back does not stop the attempts", async () => {
  const { supervisor, ports, set, pass } = supervised();
  set("fails");
  await expect(supervisor.locate()).rejects.toThrow();
  pass(-86_400_000);
  await expect(supervisor.locate()).rejects.toThrow();
  expect(ports.length).toBe(2);
});

test("one that ends again and again waits longer and longer; one that ran for a minute begins anew", async () => {
  const { supervisor, end, pass } = supervised();
  for (const waitMs of [1_000, 2_000, 4_000]) {
    await supervisor.locate();
    await end("exit code 2");
    pass(waitMs - 1);
    await expect(supervisor.locate()).rejects.toThrow("exit code 2");
    pass(1);
  }
  await supervisor.locate();
  pass(60_000);
  await end("exit code 2");
  pass(1_000);
  await supervisor.locate();
});

test("after the stop nothing is started, and an end is no trouble", async () => {
  const { supervisor, ports } = supervised();
  await supervisor.locate();
  await supervisor.stop();
  expect(supervisor.trouble).toBeNull();
  supervisor.giveUp();
  expect(ports.length).toBe(1);
});

test("those who ask at once share one start; a stop waits for it, and ends the server that came up", async () => {
  const started = Promise.withResolvers<EmbeddedPostgres>();
  let starts = 0;
  let stops = 0;
  const supervisor = superviseEmbedded({
    folder: "/data/postgres",
    logger: silentLogger,
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    start: () => {
      starts++;
      return started.promise;
    },
  });
  const asked = [supervisor.locate(), supervisor.locate()];
  const stopping = supervisor.stop();
  expect(supervisor.stop()).toBe(stopping);
  started.resolve({
    url: "postgres://127.0.0.1:5001/prepuff",
    pid: 1,
    ended: new Promise<string>(() => undefined),
    stop: async () => {
      stops++;
    },
  });
  await Promise.all([...asked, stopping]);
  expect({ starts, stops }).toEqual({ starts: 1, stops: 1 });
});
