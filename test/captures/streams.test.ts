import { afterAll, afterEach, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Source, sourceSchema } from "../../src/config/sources/source.ts";
import { sma } from "../../src/indicators/dialects/sma.ts";
import { prepuff } from "../cli/captured.ts";
import { capturing } from "../support/capturing.ts";
import { startIndicator } from "../support/fake-indicator.ts";
import { freePort } from "../support/free-port.ts";
import { listening, stopListening } from "../support/listening.ts";
import { connectScale } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const folder = tempFolder();
afterEach(stopListening);
afterAll(() => folder[Symbol.dispose]());

const stream = { division: "0.02", settle_ms: 200 };
const common = { dialect: "sma", mode: "stream", scale: 7, stream };
const listens = sourceSchema.parse({ name: "Stream", connection: { kind: "listen" }, ...common });
function calls(port: number): Source {
  const poll = { every_ms: 50 };
  return sourceSchema.parse({
    name: "Polled",
    connection: { kind: "connect", host: "127.0.0.1", port, poll },
    ...common,
  });
}

const everyMs = 40;
const overload = "over";
/** What an indicator shows, sample by sample: two bags, one of them topped up, and an overload between. */
const shown: readonly string[] = [
  ["0.00", 5],
  ["25.00", 2],
  ["48.10", 16],
  ["50.20", 16],
  ["0.00", 8],
  [overload, 4],
  ["0.00", 8],
  ["49.98", 16],
  ["0.00", 8],
].flatMap(([weight, count]) => Array.from({ length: Number(count) }, () => String(weight)));
function sample(weight: string): string {
  if (weight === overload) return sample("99.98").replace("\n ", "\nO");
  return sma.write({ weight, unit: "lb", mode: "gross", stable: true, scale: 7 });
}

type Side = ReturnType<typeof listening>;
const found = ({ entries }: Side) =>
  entries.map((entry) =>
    entry.kind === "weighed" ? [entry.scale, entry.weight] : [entry.kind, "reason" in entry && entry.reason],
  );
const wanted = [
  [7, "50.20"],
  ["rejected", "overload"],
  [7, "49.98"],
];

/** Captures while something sends; the file's name. */
async function captured(
  appliance: Awaited<ReturnType<typeof capturing>>,
  name: string,
  send: () => Promise<void>,
): Promise<string> {
  const capture = await appliance.start("seconds=60");
  await until("it has begun", () => capture.text.includes("\n"));
  await send();
  await until("all was found", () => appliance.side.entries.length === wanted.length);
  await until("all is captured", () => capture.text.split('"verdict"').length === wanted.length + 1);
  await capture.end();
  writeFileSync(join(folder.path, name), capture.text);
  expect(found(appliance.side)).toEqual(wanted);
  return name;
}

async function sameAgain(name: string): Promise<void> {
  const dry = await prepuff(["replay", name, "--dry-run"], { cwd: folder.path });
  const verdicts = dry.out
    .split("\n")
    .slice(0, -1)
    .flatMap((line) => JSON.parse(line).verdict ?? []);
  expect(verdicts).toMatchObject([
    { kind: "bag", scale: 7, weight: "50.20", unit: "lb" },
    { kind: "rejected", reason: "overload", scale: 7 },
    { kind: "bag", scale: 7, weight: "49.98", unit: "lb" },
  ]);
  const { code, out } = await prepuff(["compare", name], { cwd: folder.path });
  expect([code, out]).toEqual([0, expect.stringContaining("3 prints, 3 the same, 0 different")]);
}

test("a stream that is captured says the same in a dry run, compared, and played into another appliance", async () => {
  const appliance = await capturing({ sources: [listens] });
  const name = await captured(appliance, "stream.jsonl", async () => {
    using line = await connectScale(appliance.side.port);
    for (const weight of shown) {
      await line.send(sample(weight));
      await Bun.sleep(everyMs);
    }
    await line.close();
  });
  await appliance.stop();
  await stopListening();
  await sameAgain(name);
  const other = listening({}, undefined, { sources: [listens] });
  const { code, err } = await prepuff(["replay", name, "--port", String(other.port)], { cwd: folder.path });
  expect([code, err]).toEqual([0, ""]);
  expect(found(other)).toEqual(wanted);
}, 60_000);

test("of an indicator that is asked too: the replay plays the indicator, and answers when it is asked", async () => {
  let nth = 0;
  let isWeighing = false;
  await using indicator = await startIndicator((_, send) =>
    send(sample((isWeighing ? shown[nth++] : undefined) ?? "0.00")),
  );
  const appliance = await capturing({ sources: [calls(indicator.port)] });
  const name = await captured(appliance, "polled.jsonl", async () => {
    isWeighing = true;
  });
  await appliance.stop();
  await stopListening();
  await sameAgain(name);
  const port = freePort();
  const playing = prepuff(["replay", name, "--listen", String(port)], { cwd: folder.path });
  const other = listening({}, undefined, { sources: [calls(port)] });
  await until("all was found again", () => other.entries.length === wanted.length);
  await other.listener.stop();
  const { code, out, err } = await playing;
  expect(found(other)).toEqual(wanted);
  expect(out).toStartWith("connections  1\n");
  expect(err).toStartWith(`prepuff: port ${port} is open: waiting for an appliance\n`);
  expect([0, 1]).toContain(code);
}, 60_000);
