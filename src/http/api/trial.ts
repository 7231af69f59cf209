import { Elysia } from "elysia";
import { z } from "zod";
import { dialectOf } from "../../config/sources/dialect-of.ts";
import { type Source, sourceSchema } from "../../config/sources/source.ts";
import type { Dialect } from "../../indicators/dialect.ts";
import { compileFormat } from "../../indicators/format/compile-format.ts";
import { createAllowList } from "../../runtime/address-ranges.ts";
import type { ConnectionView } from "../../scale/presence.ts";
import { readAllAs } from "../../scale/sources/read-bytes.ts";
import { patternsOf, settingsOf } from "../../scale/sources/reader.ts";
import { problems } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import { checked } from "../request/checked.ts";
import { lastPrints, printSchema } from "./prints.ts";
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
        prints: z.array(printSchema).describe("The last ones, as they would be read."),
      }),
    )
    .describe(`Newest first, ${connectionsMax} at most.`),
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
        .sort(newestFirst)
        .slice(0, connectionsMax);
      return {
        fault: null,
        connections: of.map(({ id, remoteAddress }) => {
          // What comes from now on is kept too where it makes bags.
          listener.watch(id);
          const bytes = listener.recentBytes(id) ?? new Uint8Array(0);
          return {
            connection: id,
            remote_address: remoteAddress,
            prints: lastPrints(readAllAs(how, bytes)),
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

function triedDialect(tried: Tried): { readonly dialect: Dialect | "line" } | Pick<TrialResult, "fault"> {
  if (tried.dialect !== "format") return { dialect: dialectOf(tried) ?? "line" };
  return compileFormat(tried.format ?? "");
}

function newestFirst(a: ConnectionView, b: ConnectionView): number {
  return b.id - a.id;
}
