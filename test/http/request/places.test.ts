import { describe, expect, test } from "bun:test";
import { Problem } from "../../../src/http/answer/problem.ts";
import { createPlaces } from "../../../src/http/request/places.ts";
import { createQuestions } from "../../../src/http/request/questions.ts";
import { systemClock } from "../../../src/runtime/clock.ts";
import { until } from "../../support/until.ts";

const refusal = { code: "too_many", what: "are here", retryAfterSeconds: 7 };
const who = (actor: string, address = actor) => ({ actor, address });

function statusOf(act: () => unknown): number {
  try {
    act();
    return 200;
  } catch (error) {
    if (error instanceof Problem) return error.status;
    throw error;
  }
}

describe("places", () => {
  const limits = { all: 6, perToken: 3, perAddress: 4, reserved: 2 };

  test("one token gets its share, and no more; another one is served", () => {
    const places = createPlaces(limits, refusal);
    for (let i = 0; i < 3; i++) expect(statusOf(() => places.take(who("a", `host ${i}`)))).toBe(200);
    expect(() => places.take(who("a", "host 4"))).toThrow(
      expect.objectContaining({ status: 429, extras: { headers: { "retry-after": "7" } } }),
    );
    expect(statusOf(() => places.take(who("b")))).toBe(200);
  });

  test("one address gets its share, whatever tokens it has", () => {
    const places = createPlaces(limits, refusal);
    for (const token of ["a", "b", "c", "d"]) places.take(who(token, "host"));
    expect(statusOf(() => places.take(who("e", "host")))).toBe(429);
    expect(statusOf(() => places.take(who("e", "elsewhere")))).toBe(200);
  });

  test("the last places are for those who hold none; when all are taken it is 503", () => {
    const places = createPlaces(limits, refusal);
    for (const token of ["a", "a", "b", "b"]) places.take(who(token));
    expect(statusOf(() => places.take(who("a")))).toBe(429);
    expect(statusOf(() => places.take(who("c")))).toBe(200);
    expect(statusOf(() => places.take(who("c")))).toBe(429);
    expect(statusOf(() => places.take(who("d")))).toBe(200);
    expect(statusOf(() => places.take(who("e")))).toBe(503);
  });

  test("what is given back can be taken again, once", () => {
    const places = createPlaces({ ...limits, perToken: 1 }, refusal);
    const giveBack = places.take(who("a"));
    giveBack();
    giveBack();
    expect(places.size).toBe(0);
    places.take(who("a"));
    expect(statusOf(() => places.take(who("a")))).toBe(429);
    expect(places.size).toBe(1);
  });

  test("each refusal is counted", () => {
    let refused = 0;
    const places = createPlaces({ ...limits, perToken: 1 }, refusal, () => refused++);
    for (let i = 0; i < 5; i++) statusOf(() => places.take(who("a")));
    expect(refused).toBe(4);
  });
});

describe("costly questions", () => {
  /** Questions that are answered when the test says so. */
  function asked() {
    const questions = createQuestions(systemClock);
    const open: { readonly actor: string; answer(): void }[] = [];
    const ask = (actor: string, address?: string) =>
      questions.run(who(actor, address), () => {
        const { promise, resolve } = Promise.withResolvers<string>();
        open.push({ actor, answer: () => resolve(actor) });
        return promise;
      });
    return { questions, open, ask };
  }

  test("of one token run three at once, the others wait their turn; another token need not wait", async () => {
    const { questions, open, ask } = asked();
    const all = Array.from({ length: 20 }, () => ask("a"));
    const other = ask("b");
    await until("those that may are asked", () => open.length === 4);
    expect(questions.waiting).toBe(17);
    const [begun] = open.splice(
      open.findIndex(({ actor }) => actor === "b"),
      1,
    );
    expect(begun?.actor).toBe("b");
    begun?.answer();
    expect(await other).toBe("b");
    for (let answered = 0; answered < 20; answered++) {
      await until("one is asked", () => open.some(({ actor }) => actor === "a"));
      open
        .splice(
          open.findIndex(({ actor }) => actor === "a"),
          1,
        )[0]
        ?.answer();
    }
    expect(await Promise.all(all)).toHaveLength(20);
    expect(questions.waiting).toBe(0);
  });

  test("a question that fails gives its place to the next one", async () => {
    const questions = createQuestions(systemClock);
    const fail = () => questions.run(who("a"), () => Promise.reject(new Error("no")));
    const all = await Promise.allSettled(Array.from({ length: 30 }, fail));
    expect(all.every(({ status }) => status === "rejected")).toBe(true);
    expect(await questions.run(who("a"), async () => 1)).toBe(1);
  });

  test("who asks more than may wait, or waits for 5 s, gets 429 with Retry-After", async () => {
    let passes: () => void = () => undefined;
    const time = new Promise<void>((resolve) => {
      passes = resolve;
    });
    let refused = 0;
    const questions = createQuestions({ sleep: () => time }, () => refused++);
    const never = () => questions.run(who("a"), () => new Promise<never>(() => undefined));
    const asked = Array.from({ length: 63 }, () => never().catch((error: unknown) => error));
    const beyond = await never().catch((error: unknown) => error);
    expect(beyond).toMatchObject({ status: 429, extras: { headers: { "retry-after": "5" } } });
    passes();
    const answers = await Promise.all(asked.slice(3));
    expect(answers).toHaveLength(60);
    for (const answer of answers) expect(answer).toMatchObject({ status: 429, code: "too_many_questions" });
    expect(questions.waiting).toBe(0);
    expect(refused).toBe(61);
  });
});
