import { expect, test } from "bun:test";
import fc from "fast-check";
import { createReadBudget } from "../../../src/scale/port/read-budget.ts";
import { until } from "../../support/until.ts";

/** Lines are names; what was worked on is kept, turn by turn. */
function sharing() {
  const worked: { line: string; text: string; turn: number }[] = [];
  const paused = new Set<string>();
  let turn = 0;
  let isOver = false;
  const count = () => {
    turn++;
    if (!isOver) setImmediate(count);
  };
  count();
  const share = createReadBudget<string>({
    work: (line, bytes) => worked.push({ line, text: Buffer.from(bytes).toString("latin1"), turn }),
    pause: (line) => paused.add(line),
    resume: (line) => paused.delete(line),
  });
  return {
    share,
    worked,
    paused,
    of: (line: string) =>
      worked
        .filter((each) => each.line === line)
        .map(({ text }) => text)
        .join(""),
    [Symbol.dispose]() {
      isOver = true;
    },
  };
}

const flood = Buffer.alloc(1_000_000, "0123456789");

test("what one turn can take is worked on at once", () => {
  using side = sharing();
  side.share.push("a", Buffer.from("1,20.00 lb\r\n"));
  expect(side.of("a")).toBe("1,20.00 lb\r\n");
  expect(side.paused.size).toBe(0);
});

test("a flood is worked on over many turns, and the others get their share of each", async () => {
  using side = sharing();
  side.share.push("flood", flood);
  side.share.push("slow", Buffer.from("slow"));
  expect([side.share.isHeld("flood"), side.paused.has("flood")]).toEqual([true, true]);
  await until("all is worked on", () => side.of("flood").length === flood.length);
  expect(side.of("slow")).toBe("slow");
  // The slow one did not wait for the end of the flood, nor for more than a turn.
  const first = side.worked[0]?.turn ?? Number.NaN;
  expect(side.worked.find(({ line }) => line === "slow")?.turn).toBeLessThanOrEqual(first + 1);
  const perTurn = Map.groupBy(side.worked, ({ turn }) => turn);
  const most = Math.max(
    ...[...perTurn.values()].map((all) => all.reduce((sum, { text }) => sum + text.length, 0)),
  );
  expect(most).toBeLessThanOrEqual(65_536 + 8_192);
  expect(side.paused.size).toBe(0);
});

test("while halted everything waits, in order", async () => {
  using side = sharing();
  side.share.push("a", flood.subarray(0, 100_000));
  side.share.halt();
  const before = side.of("a").length;
  side.share.push("b", Buffer.from("b"));
  await Bun.sleep(20);
  expect([side.of("a").length, side.of("b")]).toEqual([before, ""]);
  side.share.goOn();
  await until("all is worked on", () => side.of("a").length === 100_000 && side.of("b") === "b");
});

test("a line that has ended gives all it has left", () => {
  using side = sharing();
  side.share.push("a", flood);
  side.share.finish("a");
  expect(side.of("a")).toBe(flood.toString("latin1"));
  expect(side.share.isHeld("a")).toBe(false);
});

test("of every line all bytes are worked on once, in their order, however they come", async () => {
  const piece = fc.record({
    line: fc.constantFrom("a", "b", "c"),
    length: fc.integer({ min: 1, max: 100_000 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
      using side = sharing();
      const sent = new Map<string, string>();
      for (const { line, length } of pieces) {
        const before = sent.get(line) ?? "";
        const text = flood.toString("latin1", before.length % 10, (before.length % 10) + length);
        sent.set(line, before + text);
        side.share.push(line, Buffer.from(text));
      }
      const isDone = () => [...sent].every(([line, text]) => side.of(line).length >= text.length);
      await until("all is worked on", isDone);
      for (const [line, text] of sent) expect(side.of(line) === text).toBe(true);
    }),
    { numRuns: 30 },
  );
});
