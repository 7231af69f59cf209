import { isIP } from "node:net";
import { Elysia } from "elysia";
import { z } from "zod";
import type { Wanted } from "../../captures/captures.ts";
import { captureDefaults, captureMost } from "../../captures/limits.ts";
import { conflict, invalid, notFound, problems } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import { checked } from "../request/checked.ts";
import { rowIdSchema } from "../request/values.ts";
import type { Services } from "./services.ts";

type Needed = Pick<Services, "captures" | "presence" | "clock" | "logger">;

const querySchema = z.object({
  source: z.string().max(100).optional().describe("Its name; `default`: what belongs to no other source."),
  address: z
    .string()
    .max(60)
    .refine((text) => isIP(text) !== 0, "must be an IP address")
    .optional()
    .describe("Of the sender."),
  connection: rowIdSchema.optional().describe("Of /api/connections; it ends with the capture's time."),
  seconds: z.coerce.number().int().min(1).max(captureMost.seconds).default(captureDefaults.seconds),
  bytes: z.coerce.number().int().min(1_000).max(captureMost.bytes).default(captureDefaults.bytes),
});

/** Captures of what comes in, as a download that goes on for as long as was asked for. */
export function capturesController(services: Needed, auth: Auth) {
  const { captures, presence, clock, logger } = services;

  function wantedBy({ source, address, connection }: z.output<typeof querySchema>): Wanted {
    const given = [source, address, connection].filter((each) => each !== undefined);
    if (given.length > 1) {
      throw invalid({ field: "query", message: "must have one of source, address and connection at most" });
    }
    if (source !== undefined) {
      if (!captures.hasSource(source)) throw notFound(`there is no source ${source}`);
      return { by: "source", name: source };
    }
    if (address !== undefined) return { by: "address", address };
    if (connection === undefined) return { by: "all" };
    if (!presence.connections().some(({ id }) => id === connection)) {
      throw notFound(`there is no connection ${connection}`);
    }
    return { by: "connection", id: connection };
  }

  return new Elysia({ name: "captures", tags: ["scales"] }).use(auth).get(
    "/api/captures",
    ({ query, isAdmitted, actor }) => {
      const wanted = wantedBy(query);
      const { seconds, bytes } = query;
      const stream = captures.start(wanted, { ms: seconds * 1000, bytes }, isAdmitted);
      if (stream === null) {
        throw conflict("capture_goes_on", "another capture goes on; end it, or wait until it has ended");
      }
      logger.info({ actor, wanted, seconds, bytes }, "a capture of what scales send begins");
      const stamp = new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, "");
      return new Response(stream, {
        headers: {
          "content-type": "application/x-ndjson",
          "content-disposition": `attachment; filename="prepuff-capture-${stamp}.jsonl"`,
          "cache-control": "no-store",
          "x-accel-buffering": "no",
        },
      });
    },
    {
      role: "admin",
      query: checked("query", querySchema),
      response: problems(404, 409),
      detail: {
        summary: "Capture what comes in on connections, byte by byte",
        description:
          "A capture, one JSON object a line (docs/captures.md), that goes on for `seconds` or until it has `bytes`, and then says which in its last line. One at a time. Ending the request ends it; the lines until then are a capture.",
        responses: {
          200: {
            description: "The capture",
            content: { "application/x-ndjson": { schema: { type: "string" } } },
          },
        },
      },
    },
  );
}
