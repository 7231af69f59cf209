/**
 * Sends generated streams through the framer and the parser and compares what comes out with what was put in;
 * every fifth one is a soup of bytes, compared with the plain reference. Runs for minutes, so by hand:
 *
 *   bun test/campaigns/framing.ts --streams 1000000 --seed 1
 *   bun test/campaigns/framing.ts --seed 1 --only 4711      (one stream again, shown)
 */
import { parseArgs } from "node:util";
import { Framer } from "../../src/scale/frames/framer.ts";
import { zm405 } from "../../src/scale/frames/zm405.ts";
import { reference } from "../scale/frames/reference.ts";
import { anyChunks, anySoup, anyStream, saying, seeded, send } from "../scale/frames/streams.ts";

const { values } = parseArgs({
  options: {
    streams: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
  },
});
const seed = Number(values.seed);
const first = values.only === undefined ? 0 : Number(values.only);
const streams = values.only === undefined ? Number(values.streams) : first + 1;

interface Trial {
  readonly segments: readonly string[];
  readonly got: readonly string[];
  readonly wanted: readonly string[];
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function trial(index: number): Trial {
  const below = seeded(Math.imul(seed, 0x9e3779b1) + index);
  const chunks = (bytes: string) => anyChunks(below, bytes);
  if (index % 5 === 4) {
    const segments = anySoup(below);
    const lines = (outcomes: ReturnType<typeof send>) => outcomes.map((outcome) => JSON.stringify(outcome));
    return { segments, got: lines(send(segments, zm405, chunks)), wanted: lines(reference(segments, zm405)) };
  }
  const { segments, expected, exactTexts } = anyStream(below);
  const line = (says: string, text: string) => (exactTexts ? `${says} ${JSON.stringify(text)}` : says);
  return {
    segments,
    got: send(segments, zm405, chunks).map((outcome) => line(saying(outcome), outcome.text)),
    wanted: expected.map(({ says, text }) => line(says, text)),
  };
}

/** Frames a second through framer and parser, in chunks of 3000 frames. */
function throughput(terminator: string): number {
  const frame = (_: unknown, i: number) => `${(i % 9) + 1},${40 + (i % 10)}.${10 + (i % 90)} lb${terminator}`;
  const chunk = Buffer.from(Array.from({ length: 3000 }, frame).join(""), "latin1");
  let bags = 0;
  const options = { decimalMark: "auto", scales: new Set<number>() } as const;
  const framer = new Framer(zm405, options, (outcome) => {
    if (outcome.kind === "frame" && outcome.parsed.ok) bags++;
  });
  for (let i = 0; i < 50; i++) framer.push(chunk, 0);
  bags = 0;
  const began = performance.now();
  while (performance.now() - began < 1000) framer.push(chunk, 0);
  return Math.round((bags / (performance.now() - began)) * 1000);
}

let frames = 0;
let bytes = 0;
let mismatches = 0;
const began = performance.now();
for (let index = first; index < streams; index++) {
  const { segments, got, wanted } = trial(index);
  frames += wanted.length;
  for (const segment of segments) bytes += segment.length;
  if (got.length !== wanted.length || got.some((line, i) => line !== wanted[i])) {
    mismatches++;
    say(`mismatch in stream ${index}; replay: bun test/campaigns/framing.ts --seed ${seed} --only ${index}`);
    if (mismatches === 10) break;
  }
  if (values.only !== undefined) say(JSON.stringify({ segments, got, wanted }, null, 2));
  else if ((index + 1) % 100_000 === 0)
    say(`${index + 1} streams, ${frames} frames, ${mismatches} mismatches`);
}

const seconds = ((performance.now() - began) / 1000).toFixed(1);
say(
  `receipt: ${streams - first} streams, ${frames} frames, ${bytes} bytes, ${mismatches} mismatches, seed ${seed}, ${seconds} s`,
);
if (values.only === undefined) {
  say(`throughput: ${throughput("\r\n")} frames/s with CRLF, ${throughput("")} frames/s glued`);
}
process.exitCode = mismatches === 0 ? 0 : 1;
