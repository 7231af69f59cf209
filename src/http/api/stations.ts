import { Elysia } from "elysia";
import { z } from "zod";
import { personAsked } from "../../access/persons.ts";
import { createLastKnown } from "../../database/last-known.ts";
import { plantSchema } from "../../database/plant.ts";
import { bagSchema } from "../../records/bags/bag-view.ts";
import { dismissJobless } from "../../records/bags/jobless-seen.ts";
import { jobSchema } from "../../records/jobs/job-view.ts";
import { setStation, stationSettingsSchema } from "../../records/jobs/station-settings.ts";
import { createScaleList, toTime } from "../../records/scales/scale-list.ts";
import { listStations, type StationState } from "../../records/station-list.ts";
import { stationSchema as stationNameSchema } from "../../runtime/typed-text.ts";
import { problems } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import { checked } from "../request/checked.ts";
import type { Services } from "./services.ts";

const stationSchema = z.object({
  station: z.string(),
  plant: plantSchema,
  scales: z.array(z.int()).describe("Those that stand there, without disabled and replaced ones."),
  active_job: jobSchema.nullable(),
  next_job: jobSchema.nullable().describe("The first one of its queue."),
  planned_jobs: z.int().describe("In its queue."),
  next_job_begins: stationSettingsSchema.shape.next_job_begins,
  jobless_seen_at: z.iso
    .datetime()
    .nullable()
    .describe(
      "Bags without a job that were weighed before then are dealt with: the board no longer mentions them.",
    ),
  person_asked: z.enum(personAsked).describe("Whether its devices ask who acts."),
  last_job: jobSchema.nullable().describe("Of those that ended, the one started last."),
  last_bag: bagSchema.nullable().describe("The one weighed last, also where it is void."),
  bags_last_hour: z.int().describe("Weighed in the last hour, without voided ones."),
});
export type StationItem = z.output<typeof stationSchema>;

const stationsSchema = z.object({
  items: z.array(stationSchema),
  as_of: z.iso
    .datetime()
    .nullable()
    .describe(
      "When the database was asked for jobs and bags. While it is away: the last time; null: never since the start, so that nobody knows whether a job runs.",
    ),
});
export type Stations = z.output<typeof stationsSchema>;

type Needed = Pick<
  Services,
  "config" | "clock" | "database" | "plant" | "presence" | "repeats" | "stations" | "events" | "people"
>;

export function stationsController(services: Needed, auth: Auth) {
  const { config, clock, database, plant, events, people } = services;
  const scaleList = createScaleList(services);
  const stored = createLastKnown<readonly StationState[]>(database, clock, []);

  return new Elysia({ name: "stations", tags: ["stations"] })
    .use(auth)
    .patch(
      "/api/stations/:name",
      async ({ params: { name: station }, body, who }) => {
        const by = { ...who, plant: plant.id, at: clock.now() };
        const set = await database.run((sql) => setStation(sql, station, body, by));
        events.publish({ type: "queue", queue: { station } });
        return set;
      },
      {
        role: "operator",
        params: checked("params", z.object({ name: stationNameSchema })),
        body: checked("body", stationSettingsSchema),
        response: { 200: stationSettingsSchema, ...problems(503) },
        detail: {
          summary: "Set how the next job begins at a station",
          description:
            "`by_itself`: when a job is complete, the first one of the queue begins at that moment, and takes the very next bag. `by_hand`, as at first: a person starts it.",
        },
      },
    )
    .post(
      "/api/stations/:name/jobless-seen",
      async ({ params: { name: station }, actor }) => {
        const by = { actor, plant: plant.id, at: clock.now() };
        await database.run((sql) => dismissJobless(sql, station, by));
        events.publish({ type: "queue", queue: { station } });
        return { jobless_seen_at: new Date(by.at).toISOString() };
      },
      {
        role: "operator",
        params: checked("params", z.object({ name: stationNameSchema })),
        response: { 200: z.object({ jobless_seen_at: z.iso.datetime() }), ...problems(503) },
        detail: {
          summary: "See to the bags of a station that have no job",
          description:
            "They stay without a job, and can still be assigned to one; the station's board mentions only those weighed from now on.",
        },
      },
    )
    .get(
      "/api/stations",
      async () => {
        const scales = (await scaleList.all()).filter(
          ({ enabled, alias_of }) => enabled && alias_of === null,
        );
        const { fallback, byScale } = config.station;
        const named = [...new Set([fallback, ...byScale.values(), ...scales.map(({ station }) => station)])];
        const { value, asOf } = await stored((sql) => listStations(sql, plant.id, named));
        const states = new Map(value.map((state) => [state.station, state]));
        const items = [...new Set([...named, ...states.keys()])].sort(naturally).map((station) => {
          const state = states.get(station);
          return {
            station,
            ...(state?.plant && { plant: state.plant }),
            scales: scales.filter((scale) => scale.station === station).map(({ id }) => id),
            active_job: state?.activeJob ?? null,
            next_job: state?.nextJob ?? null,
            planned_jobs: state?.plannedJobs ?? 0,
            next_job_begins: state?.nextJobBegins ?? "by_hand",
            jobless_seen_at: state?.joblessSeenAt?.toISOString() ?? null,
            person_asked: people.asked(station),
            last_job: state?.lastJob ?? null,
            last_bag: state?.lastBag ?? null,
            bags_last_hour: state?.bagsLastHour ?? 0,
          };
        });
        return { items, as_of: toTime(asOf) };
      },
      {
        role: "viewer",
        response: {
          200: stationsSchema,
          ...problems(503),
        },
        detail: {
          summary: "Every station, with what runs there",
          description:
            "Those that the configuration, scales, active jobs or bags of the last 30 days name. Also while the database is away.",
        },
      },
    );
}

/** `Station 2` before `Station 10`. */
const { compare: naturally } = new Intl.Collator("en", { numeric: true });
