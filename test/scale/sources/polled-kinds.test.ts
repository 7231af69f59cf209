import { afterEach, expect, test } from "bun:test";
import { sourceSchema } from "../../../src/config/sources/source.ts";
import { dialects } from "../../../src/indicators/dialects.ts";
import { remoteKeys } from "../../../src/scale/sources/commands.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { startIndicator } from "../../support/fake-indicator.ts";
import { listening, stopListening } from "../../support/listening.ts";
import { until } from "../../support/until.ts";

afterEach(stopListening);

interface Kind {
  readonly dialect: string;
  /** What asks for the weight. */
  readonly question: string;
  /** Of one's own, as it is written in a source. */
  readonly command?: string;
  /** By key: what presses it, and what the indicator answers. */
  readonly keys: Readonly<Record<string, readonly [string, string]>>;
}

const kinds: readonly Kind[] = [
  {
    dialect: "sma",
    question: "\nW\r",
    keys: {
      zero: ["\nZ\r", "\nZ1G        0.00lb \r"],
      tare: ["\nT\r", "\n 1N        0.00lb \r"],
      "clear-tare": ["\nC\r", "\n 1G       50.20lb \r"],
      print: ["\nP\r", "\n 1G       50.20lb \r"],
    },
  },
  {
    dialect: "nci",
    question: "W\r",
    keys: { zero: ["Z\r", "\n20\r\x03"], tare: ["T\r", "\n0p4\r\x03"] },
  },
  {
    dialect: "mt-sics",
    question: "SI\r\n",
    keys: {
      zero: ["Z\r\n", "Z A\r\n"],
      tare: ["T\r\n", "T S      10.00 lb\r\n"],
      "clear-tare": ["TAC\r\n", "TAC A\r\n"],
    },
  },
  {
    dialect: "toledo-8217",
    question: "W",
    keys: { zero: ["Z", "\x02?@\r"], tare: ["T", "\x02?`\r"] },
  },
  {
    dialect: "condec",
    question: "XG#1\r",
    keys: {
      zero: ["KZERO\r", "\x02    0.00LG \r\n"],
      tare: ["KTARE\r", "\x02    0.00LN \r\n"],
      print: ["KPRINT\r", "GROSS   50.20 lb\r\n"],
    },
  },
  {
    dialect: "st-gs",
    question: "Q\r\n",
    keys: { zero: ["Z\r\n", "Z\r\n"], tare: ["T\r\n", "T\r\n"] },
  },
  {
    dialect: "ohaus",
    question: "\x05RW\r\n",
    command: "\\x05RW\\r\\n",
    keys: {
      zero: ["Z\r\n", "OK!\r\n"],
      tare: ["T\r\n", "OK!\r\n"],
      print: ["P\r\n", "     50.20 lb    G\r\n"],
    },
  },
];

const every = 500;
const limit = 1_000;

test.each(kinds.map((kind) => [kind.dialect, kind] as const))(
  "%s: asked, in pieces, late, half and reset, and keys",
  async (name, kind) => {
    const dialect = dialects.find((one) => one.name === name);
    const bytesOf = (weight: string) =>
      dialect?.write({ weight, unit: "lb", mode: "gross", stable: true, scale: 7 }) ?? "";
    const clock = createFakeClock();
    await using indicator = await startIndicator();
    const poll = { every_ms: every, answer_ms: limit, command: kind.command ?? null };
    const connection = { kind: "connect", host: "127.0.0.1", port: indicator.port, poll };
    const source = sourceSchema.parse({
      name: "Polled",
      connection,
      dialect: name,
      mode: "stream",
      scale: 7,
    });
    const side = listening({}, clock, { sources: [source] });
    const samples = async () => {
      const { values } = await side.metrics.samples.get();
      return values.find(({ labels }) => labels.kind === "weight")?.value ?? 0;
    };
    const polls = async (result: string) => {
      const { values } = await side.metrics.sourcePolls.get();
      return values.find(({ labels }) => labels.result === result)?.value ?? 0;
    };
    const questions = () => indicator.asked().split(kind.question).length - 1;
    const asked = (count: number) => until(`question ${count} came`, () => questions() === count);
    const sampled = (count: number) => until(`sample ${count} came`, async () => (await samples()) === count);
    const answered = (count: number) =>
      until(`${count} were answered`, async () => (await polls("answered")) === count);
    /** Lets the pause pass, once it has begun. */
    const pause = async (ms: number) => {
      await until("it waits", () => clock.sleeping.some((left) => left > 0 && left <= ms));
      await clock.advance(ms);
    };

    await asked(1);
    indicator.send(bytesOf("50.20"));
    await answered(1);

    await pause(every);
    await asked(2);
    for (const byte of bytesOf("50.22")) {
      indicator.send(byte);
      await Bun.sleep(1);
    }
    await answered(2);
    expect(await samples()).toBe(2);

    // No answer in time; what comes then is a weight, but no answer to the next question, which waits for it.
    await pause(every);
    await asked(3);
    await pause(limit);
    await until("that is counted", async () => (await polls("no_answer")) === 1);
    expect(questions()).toBe(3);
    indicator.send(bytesOf("50.24"));
    await sampled(3);
    await asked(4);
    expect(await polls("answered")).toBe(2);
    indicator.send(bytesOf("50.26"));
    await answered(3);
    expect(await samples()).toBe(4);

    // Half an answer, and the connection is gone: no weight comes of it.
    await pause(every);
    await asked(5);
    const whole = bytesOf("50.28");
    indicator.send(whole.slice(0, whole.indexOf("50.28") + 4));
    await until("it is read", async () => side.presence.connections().some(({ bytes }) => bytes > 0));
    indicator.reset();
    await until("it is gone", () => side.presence.connections().length === 0);
    await pause(1_000);
    await until("it is called again", () => indicator.connections() === 2);
    await asked(6);
    indicator.send(bytesOf("50.30"));
    await answered(4);
    expect(await samples()).toBe(5);

    for (const key of remoteKeys) {
      const [command, answer] = kind.keys[key] ?? [];
      const found = side.listener.keys.find(7, key);
      if (command === undefined || answer === undefined) {
        expect(found).toEqual({ kind: "no_command", dialect: name });
        continue;
      }
      if (found.kind !== "ready") throw new Error(`${key} is ${found.kind}`);
      const before = indicator.asked().length;
      const pressed = found.press();
      await until(`${key} was sent`, () => indicator.asked().slice(before) === command);
      indicator.send(answer);
      expect(await pressed).toMatchObject({ isKnown: true });
    }
  },
);
