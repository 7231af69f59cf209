import { expect, test } from "bun:test";
import fc from "fast-check";
import { createLineQueue, type LineQueueOptions, type Outlet } from "../../src/logging/line-queue.ts";
import { until } from "../support/until.ts";

/** An outlet that takes as much as the test lets it, and a queue in front of it. */
function queue(take: Outlet["write"], options: Partial<LineQueueOptions> = {}) {
  const outlet = { take, text: "" };
  const reports: number[] = [];
  let lost = 0;
  const lines = createLineQueue({
    outlet: {
      write(bytes) {
        const taken = outlet.take(bytes);
        const all = Buffer.from(bytes).toString();
        if (typeof taken === "number") outlet.text += all.slice(0, taken);
        else void taken.then(() => (outlet.text += all)).catch(() => undefined);
        return taken;
      },
    },
    onLost: () => lost++,
    onRecovery: (linesLost) => reports.push(linesLost),
    ...options,
  });
  return { ...lines, outlet, reports, lost: () => lost };
}

const all: Outlet["write"] = (bytes) => bytes.length;

test("while there is room each line is written at once", () => {
  const { write, outlet } = queue(all);
  write("one\n");
  expect(outlet.text).toBe("one\n");
  write("two\n");
  expect(outlet.text).toBe("one\ntwo\n");
});

test("while nobody reads, lines are kept within the bound, then lost and counted; the rest comes in order", async () => {
  const { write, outlet, reports, lost } = queue(() => 0, { bytesMax: 8 });
  for (const line of ["one\n", "two\n", "six\n", "ten\n"]) write(line);
  expect({ text: outlet.text, lost: lost(), reports }).toEqual({ text: "", lost: 2, reports: [] });
  outlet.take = all;
  await until("what was kept is written", () => outlet.text === "one\ntwo\n");
  expect(reports).toEqual([2]);
  write("end\n");
  expect(outlet.text).toBe("one\ntwo\nend\n");
  expect(reports).toEqual([2]);
});

test("an outlet that fails never throws into whoever logs, and is tried again by itself", async () => {
  const { write, outlet, lost } = queue(() => {
    throw new Error("ENOSPC: no space left on device, write");
  });
  write("one\n");
  write("two\n");
  expect(lost()).toBe(0);
  outlet.take = all;
  await until("it is written", () => outlet.text === "one\ntwo\n");
});

test("an outlet that promises, and one whose promise fails", async () => {
  const { write, outlet, flush } = queue(async () => {
    await Bun.sleep(1);
  });
  for (const line of ["one\n", "two\n", "six\n"]) write(line);
  await flush(5_000);
  expect(outlet.text).toBe("one\ntwo\nsix\n");
  outlet.take = () => Promise.reject(new Error("EPIPE"));
  write("end\n");
  await flush(5_000);
  outlet.take = all;
  await until("it is written", () => outlet.text.endsWith("end\n"));
});

test("flush ends at its limit where nobody reads, and at once where writing fails", async () => {
  const { write, outlet, flush } = queue(() => 0);
  write("one\n");
  const began = performance.now();
  await flush(50);
  expect(performance.now() - began).toBeGreaterThan(45);
  outlet.take = () => {
    throw new Error("EPIPE");
  };
  await flush(60_000);
});

test("whatever an outlet takes at a time, lines that are not lost come whole and in order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 12 }),
      fc.array(fc.string({ unit: "grapheme", maxLength: 9 }), { minLength: 1, maxLength: 12 }),
      async (steps, texts) => {
        const chunks: Buffer[] = [];
        let step = 0;
        const lines = createLineQueue({
          outlet: {
            write(bytes) {
              const taken = Math.min(bytes.length, step < steps.length ? (steps[step++] ?? 0) : bytes.length);
              chunks.push(Buffer.from(bytes.subarray(0, taken)));
              return taken;
            },
          },
        });
        for (const text of texts) lines.write(`${text}\n`);
        await lines.flush(5_000);
        expect(Buffer.concat(chunks).toString()).toBe(texts.map((text) => `${text}\n`).join(""));
      },
    ),
    { numRuns: 40 },
  );
});
