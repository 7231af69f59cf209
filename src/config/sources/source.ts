import { z } from "zod";
import { dialectsWithScale, sourceDialects } from "../../indicators/dialect-names.ts";
import { compileFormat } from "../../indicators/format/compile-format.ts";
import { printUnits } from "../../indicators/print.ts";
import { defaultStreamSettings, streamLimits } from "../../indicators/stream/settings.ts";
import { parseCidr } from "../../runtime/address-ranges.ts";
import { nameSchema, stationSchema } from "../../runtime/typed-text.ts";
import { idMax } from "../../weighing/ids.ts";
import { weightSchema } from "../../weighing/weighed-fields.ts";
import { readBytesText, readServerBytes } from "./bytes-text.ts";
import { dialectOf } from "./dialect-of.ts";

const port = z.int().min(1).max(65_535);
const host = z
  .string()
  .trim()
  .min(1)
  .max(253)
  .regex(/^[A-Za-z0-9.:-]+$/, "must be an IP address or a host name");
const range = z
  .string()
  .trim()
  .refine((text) => parseCidr(text) !== null, "must be an address or a network such as 192.168.7.0/24");
const bytes = (max: number, readBytes = readBytesText) =>
  z
    .string()
    .min(1)
    .max(4 * max)
    .superRefine((text, context) => {
      const read = readBytes(text);
      if (typeof read !== "string") context.addIssue({ code: "custom", message: read.fault });
      else if (read.length > max) {
        context.addIssue({ code: "custom", message: `must be at most ${max} bytes` });
      }
    });

function streamSetting(setting: keyof typeof streamLimits) {
  const { min, max } = streamLimits[setting];
  return z.int().min(min).max(max).default(defaultStreamSettings[setting]);
}

const listen = z.strictObject({
  kind: z.literal("listen"),
  port: port.nullable().default(null).describe("null: the scales' port, PREPUFF_SCALE_PORT."),
  from: z.array(range).max(100).default([]).describe("Addresses and networks of its senders; none: any."),
  registration: bytes(64, readServerBytes)
    .nullable()
    .default(null)
    .describe(
      "With what its device server begins each connection or each packet, as `USR-1234` or `\\x55\\x53`. It tells the source, and is no part of a print.",
    ),
});

const poll = z.strictObject({
  command: bytes(64).nullable().default(null).describe("null: the dialect's own, which asks for the weight."),
  every_ms: z.int().min(50).max(3_600_000).default(500),
  answer_ms: z.int().min(20).max(60_000).default(1_000).describe("How long an answer may take."),
});

const connect = z.strictObject({
  kind: z.literal("connect"),
  host,
  port,
  poll: poll.nullable().default(null).describe("null: it sends by itself."),
});

/** How weights come in: which connections are meant, how the indicator talks, and what its prints are. */
export const sourceSchema = z
  .strictObject({
    // In an address these two are no name: `/api/sources/..`.
    name: nameSchema(100).refine((name) => name !== "." && name !== "..", "must be more than dots"),
    enabled: z.boolean().default(true),
    connection: z.discriminatedUnion("kind", [listen, connect]),
    dialect: z.enum(sourceDialects),
    format: z
      .string()
      .min(1)
      .max(1_000)
      .nullable()
      .default(null)
      .describe("Of dialect `format`: the indicator's own format string, as `{GWT.1} {UNIT}#CR#LF`."),
    mode: z
      .enum(["print", "stream"])
      .default("print")
      .describe("print: each print is a bag. stream: prints are samples, and the bag is found in them."),
    scale: z
      .int()
      .min(1)
      .max(idMax)
      .nullable()
      .default(null)
      .describe("The scale's id where its prints carry none."),
    station: stationSchema.nullable().default(null).describe("null: as of its scales."),
    heartbeat: bytes(64, readServerBytes)
      .nullable()
      .default(null)
      .describe("What its device server sends by itself: dropped."),
    unit: z.enum(printUnits).nullable().default(null).describe("Of prints that name none."),
    decimal_mark: z
      .enum(["point", "comma"])
      .nullable()
      .default(null)
      .describe("null: as the first prints show."),
    decimals: z
      .int()
      .min(0)
      .max(5)
      .nullable()
      .default(null)
      .describe("Of prints whose digits have no point."),
    weight: z
      .enum(["gross", "net"])
      .nullable()
      .default(null)
      .describe("Which is meant where a print has several."),
    digits: z
      .enum(["forward", "reversed"])
      .nullable()
      .default(null)
      .describe("Their order where prints do not say it."),
    stream: z
      .strictObject({
        division: weightSchema.nullable().default(null).describe("null: as the samples show."),
        min_weight: weightSchema.nullable().default(null).describe("The least weight of a bag."),
        band: streamSetting("bandDivisions").describe(
          "A weight that stays within so many divisions is at rest.",
        ),
        settle_ms: streamSetting("settleMs"),
        rearm_percent: streamSetting("rearmPercent"),
        commit: z.enum(["taken-off", "settled"]).default(defaultStreamSettings.commit),
      })
      .prefault({}),
  })
  .superRefine((source, context) => {
    const fault = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if (source.dialect === "line" && source.scale !== null) {
      fault("scale", "must be left out: the prints of dialect line carry the scale's id");
    }
    const poll = source.connection.kind === "connect" ? source.connection.poll : null;
    if (poll !== null) {
      if (source.mode === "print")
        fault("mode", "must be stream with poll: each answer is a sample, not a bag");
      if (poll.command === null && dialectOf(source)?.commands.weight === undefined) {
        const message = `must be given: dialect ${source.dialect} has no command for the weight`;
        context.addIssue({ code: "custom", path: ["connection", "poll", "command"], message });
      }
    }
    const formatText = source.dialect === "format" ? source.format : null;
    if ((source.dialect === "format") !== (source.format !== null)) {
      fault("format", "must be given with dialect format, and with no other");
    }
    const compiled = formatText === null ? null : compileFormat(formatText);
    if (compiled !== null && "fault" in compiled) {
      const { token, character, message } = compiled.fault;
      fault("format", `is not understood: ${token}, at character ${character}, ${message}`);
    }
    if (source.dialect !== "line" && source.scale === null && !dialectsWithScale.has(source.dialect)) {
      fault("scale", `must be given: prints of dialect ${source.dialect} carry no scale's id`);
    }
  });

export type Source = z.output<typeof sourceSchema>;
export type ListenConnection = Source["connection"] & { readonly kind: "listen" };
