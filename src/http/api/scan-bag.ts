import { Elysia } from "elysia";
import { scanAnswerSchema, scanBag } from "../../records/scan.ts";
import { idMax } from "../../weighing/ids.ts";
import { unitsInWords } from "../../weighing/weighed-fields.ts";
import { routeAnswers } from "../answer/answers.ts";
import { conflict, invalid, scanBagErrorSchema, scanBagPath } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import { readScanBag } from "./scan-bag-request.ts";
import type { Services } from "./services.ts";

/** For the document only: the body is read by hand. */
const fieldsSchema = {
  type: "object" as const,
  required: ["weight", "unit", "scale", "station"],
  properties: {
    weight: {
      type: "string" as const,
      example: "45.20",
      description: "Above 0, at most 4 decimals; or a number.",
    },
    unit: { type: "string" as const, example: "lb", description: `${unitsInWords}, in any case.` },
    scale: {
      type: "integer" as const,
      minimum: 1,
      maximum: idMax,
      description: "Or a string of digits.",
    },
    station: { type: "string" as const, minLength: 1, maxLength: 50, example: "Station 1" },
  },
};

type Needed = Pick<Services, "database" | "plant" | "stations" | "clock" | "couriers" | "recorded">;

/** The legacy API, as a server: the old Python server and other appliances post their bags here. */
export function scanBagController(services: Needed, auth: Auth) {
  const { database, plant, stations, clock, recorded } = services;
  const { destinations } = services.couriers;

  return new Elysia({ name: "scan-bag", tags: ["scan_bag"] }).use(auth).post(
    scanBagPath,
    async ({ request }) => {
      const { bag, key } = await readScanBag(request, clock.now());
      const gross = stations.weighsGross(bag.scale);
      const scanned = await database.run((sql) =>
        scanBag(sql, bag, { plant: plant.id, gross, key, destinations }),
      );
      switch (scanned.kind) {
        case "recorded":
          recorded(scanned.group);
          return scanned.answer;
        case "repeated":
          return scanned.answer;
        case "key_reused":
          throw invalid({
            field: "Idempotency-Key",
            message: `was given with another bag before, stored as bag ${scanned.bagId}`,
          });
        case "no_active_job":
          throw conflict(
            "no_active_job",
            `no job wanted a bag on ${bag.station} at ${new Date(bag.weighedAt).toISOString()}; nothing was stored`,
          );
      }
    },
    {
      role: "ingest",
      response: {
        200: scanAnswerSchema,
        ...routeAnswers([401, 403, 409, 415, 422, 503], scanBagErrorSchema),
      },
      detail: {
        summary: "Record one bag",
        description:
          "As a form or as JSON. With `Idempotency-Key` (1 to 255 printable characters) a repetition gets the first answer and stores nothing; with another bag it is 422. `Prepuff-Weighed-At` (RFC 3339) is when it was weighed, else now. 409 `no_active_job` and 503 `database_away` mean that nothing was stored, or that the key will tell: keep the bag and send it again.",
        requestBody: {
          required: true,
          content: {
            "application/x-www-form-urlencoded": { schema: fieldsSchema },
            "application/json": { schema: fieldsSchema },
          },
        },
      },
    },
  );
}
