import { expect, test } from "bun:test";
import { bodyOf, fieldsOf } from "../../../../src/board/office/sources/source-form.ts";
import { sourceSchema } from "../../../../src/config/sources/source.ts";
import { settingsOfDialect } from "../../../../src/indicators/dialect-names.ts";

test.each([
  {
    name: "Listens",
    connection: { kind: "listen", from: ["10.0.0.1", "10.1.0.0/16"], registration: "\\x55" },
    dialect: "dini",
  },
  { name: "Own port", connection: { kind: "listen", port: 10_002 }, dialect: "line", decimal_mark: "comma" },
  {
    name: "Called",
    enabled: false,
    connection: { kind: "connect", host: "scale-7", port: 4001, poll: { command: "W\\r", every_ms: 250 } },
    dialect: "condec",
    mode: "stream",
    scale: 7,
    station: "Station 7",
    heartbeat: "HB",
    unit: "kg",
    decimals: 2,
    weight: "net",
    stream: {
      division: "0.02",
      min_weight: "5",
      band: 3,
      settle_ms: 700,
      rearm_percent: 30,
      commit: "settled",
    },
  },
  {
    name: "Edited",
    connection: { kind: "listen" },
    dialect: "format",
    format: " {A.2.1} {NWT.1} {UNIT} ",
    weight: "net",
  },
  {
    name: "Streams",
    connection: { kind: "connect", host: "::1", port: 1 },
    dialect: "yaohua",
    scale: 1,
    digits: "reversed",
  },
])("what the dialog sends of a source that nobody touched is the source: $name", (given) => {
  const source = sourceSchema.parse(given);
  const body = bodyOf(fieldsOf(source), settingsOfDialect[source.dialect]);
  expect(sourceSchema.parse(body)).toEqual(source);
});

test("what the dialect does not ask for is left out, and what is no number goes as it was typed", () => {
  const fields = {
    ...fieldsOf(null),
    name: "x",
    dialect: "sma",
    unit: "kg",
    decimals: "2",
    scale: " 7a ",
    kind: "port",
  };
  expect(bodyOf(fields, settingsOfDialect.sma)).toMatchObject({
    unit: null,
    decimals: null,
    scale: "7a",
    connection: { kind: "listen", port: "" },
  });
});
