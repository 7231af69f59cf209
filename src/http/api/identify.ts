import { Elysia } from "elysia";
import { z } from "zod";
import { dialectNames } from "../../indicators/dialect-names.ts";
import { type Candidate, identify } from "../../indicators/identify/identify.ts";
import { type FormatProposal, proposeFormats } from "../../indicators/identify/propose-formats.ts";
import { printUnits } from "../../indicators/print.ts";
import { readAllLines } from "../../scale/sources/line-prints.ts";
import { notFound, problems } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import { checked } from "../request/checked.ts";
import { rowIdSchema } from "../request/values.ts";
import { lastPrints, printSchema } from "./prints.ts";
import type { Services } from "./services.ts";

/** Fewer are told apart by people; the first is mostly right. */
const dialectsMax = 4;

const dialectSchema = z.object({
  dialect: z.enum(dialectNames),
  title: z.string(),
  confidence: z.number().describe("How sure, 0 to 1."),
  terminator: z.enum(["CRLF", "CR", "LF", "ETX", "none"]),
  units: z.array(z.enum(printUnits)).describe("That are printed."),
  marks: z.array(z.enum(["stable", "gross or net", "scale"])).describe("What prints say beside the weight."),
  open: z
    .array(z.enum(["unit", "decimals"]))
    .describe("What its prints leave open: a setting of the source."),
  prints: z.array(printSchema).describe("The last ones, as they would be read."),
});

const formatSchema = z.object({
  format: z.string().describe("A format string, for a source with dialect `format`."),
  open: z
    .array(z.enum(["unit", "decimal_mark"]))
    .describe("What its prints leave open: a setting of the source."),
  prints: z.array(printSchema).describe("The last ones, as they would be read."),
});

const identitySchema = z.object({
  connection: z.int(),
  remote_address: z.string(),
  source: z.string().nullable().describe("The source that it belongs to; null: the default one."),
  is_fixed: z.boolean().describe("That source stands in the file that PREPUFF_SOURCES names."),
  bytes: z
    .int()
    .describe("How many of its last bytes were looked at. 0: its prints are bags, so that none are kept."),
  dialects: z.array(dialectSchema).describe("Those that fit, best first. None is adopted by itself."),
  formats: z
    .array(formatSchema)
    .describe(
      "Where the prints look like no dialect, but share one layout: formats that read all of them. None is adopted by itself.",
    ),
});
export type ConnectionIdentity = z.output<typeof identitySchema>;

type Needed = Pick<Services, "presence" | "listener" | "sources">;

/** What a connection looks like whose prints are no bags. */
export function identifyController({ presence, listener, sources }: Needed, auth: Auth) {
  return new Elysia({ name: "identify", tags: ["scales"] }).use(auth).get(
    "/api/connections/:id/identify",
    ({ params: { id } }) => {
      const connection = presence.connections().find((each) => each.id === id);
      if (connection === undefined) throw notFound(`there is no connection ${id}`);
      const bytes = listener.recentBytes(id) ?? new Uint8Array(0);
      const { remoteAddress, source } = connection;
      const found = bytes.length === 0 ? [] : identify(bytes, readAllLines);
      return {
        connection: id,
        remote_address: remoteAddress,
        source,
        is_fixed: sources.all().some((known) => known.isFixed && known.source.name === source),
        bytes: bytes.length,
        dialects: found.flatMap(shown).slice(0, dialectsMax),
        formats: proposeFormats(bytes, found).map(shownFormat),
      };
    },
    {
      role: "admin",
      params: checked("params", z.object({ id: rowIdSchema })),
      response: { 200: identitySchema, ...problems(404) },
      detail: {
        summary: "Which dialects fit what a connection sent last",
        description:
          "Of connections whose prints are no bags the last 4 kB are kept, in memory, of 64 connections at most. Nothing is changed by asking.",
      },
    },
  );
}

function shown(candidate: Candidate): ConnectionIdentity["dialects"] {
  const dialect = dialectNames.find((name) => name === candidate.dialect);
  if (dialect === undefined) return [];
  const { title, confidence, terminator, units, marks, open, prints } = candidate;
  return [
    {
      dialect,
      title,
      confidence,
      terminator,
      units: [...units],
      marks: [...marks],
      open: open.flatMap((option) =>
        option === "--unit" ? ["unit" as const] : option === "--decimals" ? ["decimals" as const] : [],
      ),
      prints: lastPrints(prints),
    },
  ];
}

function shownFormat({ format, open, prints }: FormatProposal): ConnectionIdentity["formats"][number] {
  return {
    format,
    open: open.map((option) => (option === "--unit" ? "unit" : "decimal_mark")),
    prints: lastPrints(prints),
  };
}
