import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readCursor } from "../../src/events/cursor.ts";
import { createTrack } from "../../src/events/track.ts";

const now = () => 0;

describe("a track", () => {
  test("takes each id once, also one that is committed late", () => {
    const track = createTrack("100", now);
    expect([105, 103, 103, 105, 99, 106].map((id) => track.take(id))).toEqual([
      true,
      true,
      false,
      false,
      false,
      true,
    ]);
    expect(String(track)).toBe("106!101-102,104-104");
  });

  test("comes back as it was", () => {
    const track = createTrack("106!101-102,104-104", now);
    expect([101, 103, 104, 106, 107].map((id) => track.take(id))).toEqual([true, false, true, false, true]);
    expect(String(track)).toBe("107!102-102");
  });

  test("forgets a hole when no transaction can fill it any more", () => {
    let at = 0;
    const track = createTrack("1", () => at);
    track.take(5);
    at = 119_000;
    expect(track.holes).toHaveLength(1);
    at = 121_000;
    expect(track.holes).toEqual([]);
    expect(String(track)).toBe("5");
  });

  test("of a client without a past begins where it is told, and takes what comes late", () => {
    const track = createTrack("", now);
    track.startAt(100);
    expect(track.holes).toEqual([]);
    expect([99, 101, 101].map((id) => track.take(id))).toEqual([true, true, false]);
    expect(String(track)).toBe("101");
  });

  test("stays short, whatever comes", () => {
    const track = createTrack("0", now);
    for (let id = 2; id < 2_000; id += 2) track.take(id);
    expect(track.holes.length).toBeLessThanOrEqual(40);
    expect(readCursor(`b${track}.r0`, now).bags.through).toBe(1998);
  });

  test("takes each id exactly once in any order, also over a reconnect", () => {
    const ids = fc.uniqueArray(fc.integer({ min: 11, max: 60 }), { maxLength: 40 });
    fc.assert(
      fc.property(ids, fc.nat(40), (order, cut) => {
        const first = createTrack("10", now);
        for (const id of order.slice(0, cut)) expect(first.take(id)).toBe(true);
        const second = createTrack(String(first), now);
        const repeated = order.slice(0, cut).map((id) => second.take(id));
        expect(repeated).not.toContain(true);
        for (const id of order.slice(cut)) expect(second.take(id)).toBe(true);
      }),
    );
  });
});

test("a Last-Event-ID that is none of ours begins anew", () => {
  for (const text of [null, "", "105", "b1", "b1.r1;drop", `b${"9".repeat(17)}.r1`, "b1!5.r1"]) {
    expect(String(readCursor(text, now))).toBe("b.r");
  }
  expect(String(readCursor("b105!3-4.r7", now))).toBe("b105!3-4.r7");
});
