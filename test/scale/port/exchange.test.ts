import { expect, test } from "bun:test";
import { sourceSchema } from "../../../src/config/sources/source.ts";
import { Exchange } from "../../../src/scale/port/exchange.ts";
import { keyQuestion, pollQuestion } from "../../../src/scale/sources/commands.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

const limit = 1_000;

function exchanging() {
  const clock = createFakeClock();
  const sent: string[] = [];
  const exchange = new Exchange((bytes) => void sent.push(bytes), clock);
  /** Lets time pass, once what waits for it has begun to. */
  const pass = async (ms: number) => {
    await Bun.sleep(0);
    await clock.advance(ms);
    await Bun.sleep(0);
  };
  return {
    pass,
    sent,
    exchange,
    says: (frame: string, isKnown = true) => exchange.heard({ frame, isKnown }),
  };
}

function questionsOf(dialect: string) {
  const connection = { kind: "connect", host: "a", port: 1, poll: {} };
  const source = sourceSchema.parse({ name: "a", connection, dialect, mode: "stream", scale: 7 });
  const [weight, zero] = [pollQuestion(source), keyQuestion(source, "zero")];
  if (weight === null || zero === null) throw new Error(`${dialect} has no such command`);
  return { weight, zero };
}

const any = { command: "W", isAnswer: () => true };

test("an answer that comes after its time is not taken for the next question's, which waits for it as long again", async () => {
  const { pass, sent, exchange, says } = exchanging();
  const first = exchange.ask(any, limit);
  const second = exchange.ask(any, limit);
  await pass(limit);
  expect(await first).toBeNull();
  expect(sent).toEqual(["W"]);
  await pass(limit - 1);
  says("late");
  await Bun.sleep(0);
  expect(sent).toEqual(["W", "W"]);
  says("in time");
  expect(await second).toEqual({ frame: "in time", isKnown: true });
});

test("one that never comes costs the next question no more than that, and half an answer is told", async () => {
  const { pass, sent, exchange, says } = exchanging();
  const first = exchange.ask(any, limit);
  const second = exchange.ask(any, limit);
  await Bun.sleep(0);
  says("hal", false);
  await pass(limit);
  expect(await first).toEqual({ frame: "hal", isKnown: false });
  await pass(limit);
  expect(sent).toEqual(["W", "W"]);
  says("in time");
  expect(await second).toMatchObject({ frame: "in time" });
});

test.each([
  ["mt-sics", "S S      50.20 kg", "Z A"],
  ["mt-sics", 'I4 A "1234567"', "ZI S"],
  ["st-gs", "ST,GS,+0050.20kg", "Z"],
])("%s: %p is no answer to zero, however late it comes", async (dialect, late, answer) => {
  const { pass, exchange, says } = exchanging();
  const { weight, zero } = questionsOf(dialect);
  const asked = exchange.ask(weight, limit);
  const pressed = exchange.ask(zero, limit);
  await pass(limit);
  await pass(limit);
  expect(await asked).toBeNull();
  says(late);
  says(answer);
  const found = answer.startsWith("ZI") ? null : { frame: answer, isKnown: true };
  if (found === null) await pass(limit);
  expect(await pressed).toEqual(found);
});

test("mt-sics: what is said by itself is no answer to a question for the weight", async () => {
  const { exchange, says } = exchanging();
  const asked = exchange.ask(questionsOf("mt-sics").weight, limit);
  await Bun.sleep(0);
  says('I4 A "1234567"');
  says("S D      50.20 kg");
  expect(await asked).toMatchObject({ frame: "S D      50.20 kg" });
});
