import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { sourcesJsonSchema } from "../../../src/config/sources/sources-file.ts";
import { dialectNames } from "../../../src/indicators/dialect-names.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { faultsOf, load } from "../faults.ts";

const root = join(import.meta.dir, "../../..");
const good = { name: "Old", connection: { kind: "listen" }, dialect: "sma", scale: 7 };

function faults(content: unknown): string[] {
  using folder = tempFolder();
  writeFileSync(
    join(folder.path, "sources.json"),
    typeof content === "string" ? content : JSON.stringify(content),
  );
  return faultsOf({ PREPUFF_SOURCES: "sources.json" }, folder.path);
}

test("a source has defaults for what is left out", () => {
  using folder = tempFolder();
  writeFileSync(join(folder.path, "sources.json"), JSON.stringify({ sources: [good] }));
  const { config } = load({ PREPUFF_SOURCES: "sources.json" }, folder.path);
  expect(config.sources).toEqual([
    {
      name: "Old",
      enabled: true,
      connection: { kind: "listen", port: null, from: [], registration: null },
      dialect: "sma",
      format: null,
      mode: "print",
      scale: 7,
      station: null,
      heartbeat: null,
      unit: null,
      decimal_mark: null,
      decimals: null,
      weight: null,
      digits: null,
      stream: {
        division: null,
        min_weight: null,
        band: 2,
        settle_ms: 600,
        rearm_percent: 20,
        commit: "taken-off",
      },
    },
  ]);
});

test.each([
  ["{", "sources.json: not valid JSON at line 1, column 2, expected a key in double quotes"],
  [[], "sources.json: must be a JSON object"],
  [
    { sources: [{ ...good, dialect: "smb" }] },
    `sources.json: sources.0.dialect: must be one of ${dialectNames.join(", ")}, format`,
  ],
  [{ sources: [{ ...good, scale: 0 }] }, "sources.json: sources.0.scale: must be at least 1"],
  [
    { sources: [{ ...good, dialect: "format" }] },
    "sources.json: sources.0.format: must be given with dialect format, and with no other",
  ],
  [
    {
      sources: [{ ...good, connection: { kind: "connect", host: "10.0.0.1", port: 4001, poll: {} } }],
    },
    "sources.json: sources.0.mode: must be stream with poll: each answer is a sample, not a bag",
  ],
  [
    {
      sources: [
        {
          ...good,
          dialect: "toledo-continuous",
          mode: "stream",
          connection: { kind: "connect", host: "10.0.0.1", port: 4001, poll: {} },
        },
      ],
    },
    "sources.json: sources.0.connection.poll.command: must be given: dialect toledo-continuous has no command for the weight",
  ],
  [
    { sources: [{ ...good, mode: "stream", stream: { rearm_percent: 51 } }] },
    "sources.json: sources.0.stream.rearm_percent: must be at most 50",
  ],
  [
    { sources: [{ ...good, scale: null }] },
    "sources.json: sources.0.scale: must be given: prints of dialect sma carry no scale's id",
  ],
  [
    { sources: [{ ...good, connection: { kind: "listen", from: ["10.0.0"] } }] },
    "sources.json: sources.0.connection.from.0: must be an address or a network such as 192.168.7.0/24",
  ],
  [
    { sources: [{ ...good, connection: { kind: "listen", registration: "\\q" } }] },
    "sources.json: sources.0.connection.registration: must have behind each \\ one of r, n, t, 0, \\ or x with two hexadecimal digits",
  ],
  [
    { sources: [{ ...good, heartbeat: "0" }] },
    "sources.json: sources.0.heartbeat: must have a byte that no number has: it would be taken out of weights",
  ],
  [
    { sources: [good, { ...good, name: "other", connection: { kind: "listen", port: 4001 } }] },
    "sources.json: sources.1.scale: belongs to source Old: each has scales of its own",
  ],
  [
    { sources: [good, { ...good, scale: 8, name: "OLD", connection: { kind: "listen", port: 4001 } }] },
    "sources.json: sources.1.name: is the name of another source: Old",
  ],
  [
    { sources: [good, { ...good, scale: 8, name: "other" }] },
    "sources.json: sources.1.connection: takes the same connections as source Old",
  ],
])("%j is refused", (content, expected) => {
  const hint = expected.includes("not valid JSON")
    ? "Keys and texts need double quotes, entries a comma between them and none after the last"
    : "Its form is in deploy/sources.schema.json and docs/sources.md";
  expect(faults(content)).toEqual([`${expected}. ${hint}`]);
});

test("what of a format string is not understood is named with its place", () => {
  const [fault] = faults({ sources: [{ ...good, dialect: "format", format: "{GWT.1} {XYZ}" }] });
  expect(fault).toStartWith("sources.json: sources.0.format: is not understood: {XYZ}, at character 9, ");
});

test("a file that is not there is told", () => {
  expect(faultsOf({ PREPUFF_SOURCES: "none.json" }, "/nonexistent")).toEqual([
    'PREPUFF_SOURCES: the file "none.json" does not exist. Name a file that exists, or leave it out',
  ]);
});

test("the published schema is that of the program, and takes a good file", () => {
  const published: unknown = JSON.parse(readFileSync(join(root, "deploy/sources.schema.json"), "utf8"));
  expect(published).toEqual(JSON.parse(JSON.stringify(sourcesJsonSchema())));
  const ajv = new Ajv2020({ strict: false });
  addFormats(ajv);
  const check = ajv.compile(Object(published));
  expect(check({ sources: [good] })).toBe(true);
  expect(check({ sources: [{ ...good, dialect: "smb" }] })).toBe(false);
});
