import { expect, test } from "bun:test";
import { createStatisticsReader } from "../../../src/records/jobs/statistics-reader.ts";

/** A reader whose readings take as long as the test says. */
function slowReader() {
  let now = 1_000_000;
  const waiting: { id: number; finish: (failure?: Error) => void }[] = [];
  const read = (id: number) =>
    new Promise<null>((resolve, reject) => {
      waiting.push({ id, finish: (failure) => (failure === undefined ? resolve(null) : reject(failure)) });
    });
  return {
    ask: createStatisticsReader(read, { now: () => now }),
    readings: () => waiting.length,
    /** Ends the last reading, `ms` after it began. */
    async finish(ms: number, failure?: Error) {
      now += ms;
      waiting.at(-1)?.finish(failure);
      await Bun.sleep(0);
    },
    pass(ms: number) {
      now += ms;
    },
  };
}

test("those who ask while a job is read share the answer", async () => {
  const { ask, readings, finish } = slowReader();
  const answers = [ask(1), ask(1), ask(1)];
  expect(readings()).toBe(1);
  await finish(10);
  expect(await Promise.all(answers)).toEqual([null, null, null]);
});

test("a small job is read whenever somebody asks", async () => {
  const { ask, readings, finish } = slowReader();
  void ask(1);
  await finish(50);
  void ask(1);
  expect(readings()).toBe(2);
});

test("a large one is read a tenth of the time at most", async () => {
  const { ask, readings, finish, pass } = slowReader();
  void ask(1);
  await finish(300);
  pass(9 * 300 - 1);
  await ask(1);
  expect(readings()).toBe(1);
  pass(1);
  void ask(1);
  expect(readings()).toBe(2);
});

test("a reading that failed is not kept", async () => {
  const { ask, readings, finish } = slowReader();
  const failing = ask(1).catch(String);
  await finish(5_000, new Error("away"));
  expect(await failing).toBe("Error: away");
  void ask(1);
  expect(readings()).toBe(2);
});

test("jobs are read beside each other, and those not asked for are forgotten", async () => {
  const { ask, readings, finish } = slowReader();
  for (let id = 1; id <= 150; id++) {
    void ask(id);
    await finish(100);
  }
  expect(readings()).toBe(150);
  void ask(1);
  expect(readings()).toBe(151);
});
