import { Elysia } from "elysia";
import { z } from "zod";
import { dialectOf } from "../../config/sources/dialect-of.ts";
import { type Source, sourceSchema } from "../../config/sources/source.ts";
import type { Dialect } from "../../indicators/dialect.ts";
import { compileFormat } from "../../indicators/format/compile-format.ts";
import { createAllowList } from "../../runtime/address-ranges.ts";
import type { PrintedFrame } from "../../scale/sources/printed-frame.ts";
import { readAllAs } from "../../scale/sources/read-bytes.ts";
import { patternsOf, settingsOf } from "../../scale/sources/reader.ts";
import { problems } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import { checked } from "../request/checked.ts";
import { lastPrints, printSchema, shownBytes } from "./prints.ts";
import type { Services } from "./services.ts";

const connectionsMax = 3;

const { name, dialect, format, unit, decimal_mark, decimals, weight, digits, connection } =
  sourceSchema.shape;
const { from } = connection.options[0].shape;

const trialSchema = z.strictObject({
  source: name.nullable().default(null).describe("Whose prints are read; null: those of the default source."),
  from: from.describe("Of connections from these addresses and networks only; none: any."),
  ...{ dialect, format, unit, decimal_mark, decimals, weight, digits },
});

const triedPrintSchema = printSchema.extend({
  misfit: z
    .int()
    .nullable()
    .describe(
      "Of a print that is not as the format has it: the character of `raw`, from 1, at which it differs.",
    ),
});

const trialResultSchema = z.object({
  fault: z
    .object({
      character: z.int().describe("Where it begins, from 1."),
      token: z.string(),
      message: z.string(),
    })
    .nullable()
    .describe("What of the format string is not understood; then nothing is read."),
  connections: z
    .array(
      z.object({
        connection: z.int(),
        remote_address: z.string(),
        prints: z.array(triedPrintSchema).describe("The last ones, as they would be read."),
      }),
    )
    .describe(
      `Those of which something is known first, the newest before others; ${connectionsMax} at most.`,
    ),
});
export type TrialResult = z.output<typeof trialResultSchema>;

type Needed = Pick<Services, "presence" | "listener" | "sources">;

/** What came in last, read as somebody would set it. */
export function trialController({ presence, listener, sources }: Needed, auth: Auth) {
  return new Elysia({ name: "trial", tags: ["scales"] }).use(auth).post(
    "/api/sources/trial",
    ({ body }): TrialResult => {
      const tried = triedDialect(body);
      if ("fault" in tried) return { fault: tried.fault, connections: [] };
      const isFrom = createAllowList(body.from);
      const known = sources.all().find(({ source }) => source.name === body.source)?.source;
      const how = {
        dialect: tried.dialect,
        settings: settingsOf(body),
        patterns: known === undefined ? [] : patternsOf(known),
      };
      const of = presence
        .connections()
        .filter(({ source, remoteAddress }) => source === body.source && isFrom(remoteAddress))
        .map((one) => ({ ...one, isKept: (listener.recentBytes(one.id)?.length ?? 0) > 0 }))
        // Of those whose prints are bags nothing is kept until somebody looks.
        .sort((a, b) => Number(b.isKept) - Number(a.isKept) || b.id - a.id)
        .slice(0, connectionsMax);
      return {
        fault: null,
        connections: of.map(({ id, remoteAddress }) => {
          // What comes from now on is kept too where it makes bags.
          listener.watch(id);
          const prints = readAllAs(how, listener.recentBytes(id) ?? new Uint8Array(0));
          return {
            connection: id,
            remote_address: remoteAddress,
            prints: lastPrints(prints).map((print, nth, last) => ({
              ...print,
              misfit: misfitOf(tried, prints[prints.length - last.length + nth]),
            })),
          };
        }),
      };
    },
    {
      role: "admin",
      body: checked("body", trialSchema),
      response: { 200: trialResultSchema, ...problems() },
      detail: {
        summary: "Read what came in last in another dialect or format",
        description:
          "For setting up a source: nothing is changed. What its connections send from the first request on is kept for a minute, 4 kB of each, in memory.",
      },
    },
  );
}

type Tried = Pick<Source, "dialect" | "format">;

interface TriedDialect {
  readonly dialect: Dialect | "line";
  /** Of a format: where a frame differs from it. */
  misfit?(frame: string): number | null;
}

function triedDialect(tried: Tried): TriedDialect | Pick<TrialResult, "fault"> {
  if (tried.dialect !== "format") return { dialect: dialectOf(tried) ?? "line" };
  return compileFormat(tried.format ?? "");
}

/** Only of what is not of the format at all. */
function misfitOf({ misfit }: TriedDialect, print: PrintedFrame | undefined): number | null {
  if (print === undefined || (print.reason !== "malformed" && print.reason !== "truncated")) return null;
  const at = misfit?.(print.raw) ?? null;
  return at === null ? null : shownBytes(print.raw.slice(0, at)).length + 1;
}
