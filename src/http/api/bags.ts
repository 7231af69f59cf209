import { Elysia } from "elysia";
import { z } from "zod";
import { type BagFilter, exportBags, listBags } from "../../records/bags/bag-list.ts";
import { type Bag, bagSchema } from "../../records/bags/bag-view.ts";
import {
  assignBags,
  type BulkAssigned,
  bulkAssignedSchema,
  bulkAssignSchema,
} from "../../records/bags/bulk-assignment.ts";
import { type Assigned, assignBag, assignSchema, getBag } from "../../records/bags/corrections.ts";
import { csvBody } from "../../records/bags/csv.ts";
import { pacedBody } from "../../records/bags/paced-body.ts";
import { type Unvoided, unvoidBag, type Voided, voidBag, voidSchema } from "../../records/bags/voids.ts";
import { bagColumns, bagRows } from "../../records/exports/bag-rows.ts";
import { officeCsvPieces } from "../../records/exports/office-csv.ts";
import { localeSchema, type Reader, unitSchema } from "../../records/exports/reader.ts";
import { getJob } from "../../records/jobs/job-view.ts";
import { readCalendar } from "../../records/shifts/calendar-rows.ts";
import { stationQuery, textSchema } from "../../runtime/typed-text.ts";
import { decimalSchema } from "../../weighing/decimal.ts";
import { verdicts } from "../../weighing/verdict.ts";
import { prefersCsv } from "../answer/accept.ts";
import { conflict, invalid, notFound, type Problem, problems } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import { checked } from "../request/checked.ts";
import { listSchema, pageOf, pageQuery } from "../request/paging.ts";
import type { Client } from "../request/places.ts";
import { rowIdSchema, scaleIdSchema, searchQuery, smallIdSchema, timeQuery } from "../request/values.ts";
import type { Services } from "./services.ts";
import type { Shares } from "./shares.ts";

const idSchema = z.object({ id: rowIdSchema });

const weightQuery = decimalSchema({ min: "0", max: "99999999.9999", decimals: 4 });

const filters = {
  station: stationQuery.optional(),
  job_id: scaleIdSchema.optional().describe("Then ordered by bag number, highest first."),
  lot: textSchema(100).optional().describe("Filled from this lot; its whole number."),
  scale: scaleIdSchema.optional().describe("After aliases."),
  verdict: z.enum(verdicts).optional(),
  voided: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .optional()
    .describe("Left out: voided bags are listed with the others."),
  disputed: z
    .enum(["true"])
    .transform(() => true)
    .optional()
    .describe("Only those on which the web application's verdict is another one than the appliance's."),
  number: scaleIdSchema.optional().describe("Its number in its job."),
  weight_from: weightQuery.optional().describe("lb; so heavy or heavier."),
  weight_to: weightQuery.optional().describe("lb; so heavy or lighter."),
  company: searchQuery.optional(),
  note: textSchema(200)
    .optional()
    .describe("A part of what was said when it was voided or entered by hand, in any case."),
  from: timeQuery.optional().describe("Weighed then or later; RFC 3339."),
  to: timeQuery.optional().describe("Weighed earlier than that; RFC 3339."),
};
const listQuerySchema = z.strictObject({ ...pageQuery, ...filters });
const filterSchema = z.strictObject(filters);
const readerQuery = {
  locale: localeSchema
    .optional()
    .describe(
      "With it for that reader's spreadsheet (as es-MX), with fewer columns; without it for programs.",
    ),
  unit: unitSchema.describe("With `locale`: the unit of weights."),
};
const fileSchema = z.strictObject({ ...filters, ...readerQuery });
type Filters = z.output<typeof filterSchema>;
type ListQuery = z.output<typeof listQuerySchema>;

const csv = { description: "OK", content: { "text/csv": { schema: { type: "string" } } } } as const;

type Needed = Pick<Services, "database" | "plant" | "clock" | "events" | "signals" | "couriers">;

/** Bags: the list, the report, and the two corrections a person can make. */
export function bagsController(services: Needed, auth: Auth, shares: Shares) {
  const { database, plant, clock, events, signals, couriers } = services;
  const { questions, downloads } = shares;

  function changed(ids: readonly number[]): void {
    events.bagsChanged(ids);
    signals.bagsChanged(ids);
  }

  async function pageAnswer(client: Client, query: ListQuery) {
    const page = { before: query.cursor, limit: query.limit + 1 };
    const found = await questions.run(client, () =>
      database.run((sql) => listBags(sql, plant.id, filterOf(query), page)),
    );
    return pageOf(found, query.limit);
  }

  async function csvAnswer(
    client: Client,
    filter: BagFilter,
    file: string,
    before?: number,
  ): Promise<Response> {
    const onEnd = downloads.take(client);
    const pages = exportBags((work) => database.run(work), plant.id, filter, before);
    return new Response(await csvBody(pages, onEnd), {
      headers: {
        "content-type": "text/csv; charset=utf-8; header=present",
        "content-disposition": `attachment; filename="${file}"`,
      },
    });
  }

  /** For a person's spreadsheet; its name has the plant's date. */
  async function officeAnswer(
    client: Client,
    filter: BagFilter,
    who: Omit<Reader, "timeZone">,
    about: string,
  ): Promise<Response> {
    const { time_zone: timeZone } = await database.run((sql) => readCalendar(sql, plant.id));
    const columns = bagColumns({ ...who, timeZone });
    const onEnd = downloads.take(client);
    const rows = bagRows((work) => database.run(work), plant.id, filter, columns);
    const head = columns.map((column) => column.head);
    const today = Temporal.Instant.fromEpochMilliseconds(clock.now())
      .toZonedDateTimeISO(timeZone)
      .toPlainDate();
    return new Response(await pacedBody(officeCsvPieces(head, rows, { ...who, timeZone }), onEnd), {
      headers: {
        "content-type": "text/csv; charset=utf-8; header=present",
        "content-disposition": `attachment; filename="${about}-${today}.csv"`,
      },
    });
  }

  return new Elysia({ name: "bags", tags: ["bags"] })
    .use(auth)
    .get(
      "/api/bags",
      ({ query, headers, set, client }) => {
        set.headers.vary = "accept";
        return prefersCsv(headers.accept)
          ? csvAnswer(client, filterOf(query), "bags.csv", query.cursor)
          : pageAnswer(client, query);
      },
      {
        role: "viewer",
        query: checked("query", listQuerySchema),
        response: { 200: listSchema(bagSchema), ...problems(503) },
        detail: {
          summary: "Bags, newest weighing first",
          description:
            "With `Accept: text/csv` all that match, not a page of them, as RFC 4180; a text that a spreadsheet would run as a formula begins with an apostrophe there. A download that breaks off is not the whole.",
          responses: { 200: csv },
        },
      },
    )
    .get(
      "/api/bags.csv",
      // Elysia waits for a handler that says that it is one to wait for.
      async ({ query: { locale, unit, ...query }, client }) =>
        locale === undefined
          ? csvAnswer(client, filterOf(query), "bags.csv")
          : officeAnswer(client, filterOf(query), { locale, unit }, "bags"),
      {
        role: "viewer",
        query: checked("query", fileSchema),
        response: problems(503),
        detail: {
          summary: "All bags that match, as CSV",
          description:
            "As /api/bags gives them with `Accept: text/csv`; for links, which cannot ask for that. With `locale` for people: separator and decimal sign of their locale, the plant's time, weights in one unit, words in place of codes.",
          responses: { 200: csv },
        },
      },
    )
    .get(
      "/api/jobs/:id/bags.csv",
      async ({ params: { id }, query: { locale, unit }, client }) => {
        if ((await database.run((sql) => getJob(sql, plant.id, id))) === null)
          throw notFound(`there is no job ${id}`);
        return locale === undefined
          ? csvAnswer(client, { jobId: id }, `job-${id}-bags.csv`)
          : officeAnswer(client, { jobId: id }, { locale, unit }, `job-${id}-bags`);
      },
      {
        role: "viewer",
        params: checked("params", z.object({ id: smallIdSchema })),
        query: checked("query", z.strictObject(readerQuery)),
        response: problems(404, 503),
        detail: {
          summary: "All bags of a job, as CSV",
          description:
            "Highest number first, voided ones among them. With `locale` for people, as /api/bags.csv.",
          responses: { 200: csv },
        },
      },
    )
    .get(
      "/api/bags/:id",
      async ({ params: { id } }) => {
        const bag = await database.run((sql) => getBag(sql, plant.id, id));
        if (bag === null) throw noBag(id);
        return bag;
      },
      {
        role: "viewer",
        params: checked("params", idSchema),
        response: { 200: bagSchema, ...problems(404, 503) },
        detail: { summary: "One bag" },
      },
    )
    .post(
      "/api/bags/:id/void",
      async ({ params: { id }, body, who }) => {
        const by = { ...who, plant: plant.id, at: clock.now() };
        const outcome = await database.run((sql) => voidBag(sql, id, body, by));
        if (!outcome.ok) throw notVoided(id, outcome);
        changed([id]);
        return outcome.bag;
      },
      {
        role: "operator",
        params: checked("params", idSchema),
        body: checked("body", voidSchema),
        response: { 200: bagSchema, ...problems(404, 409, 503) },
        detail: {
          summary: "Void a bag",
          description:
            "It no longer counts in its job; its number is not given again. A completed job stays completed. Its delivery goes on as if nothing had happened: the upstream API knows no voiding. 409 `already_voided`.",
        },
      },
    )
    .post(
      "/api/bags/:id/unvoid",
      async ({ params: { id }, who }) => {
        const by = { ...who, plant: plant.id, at: clock.now() };
        const outcome = await database.run((sql) => unvoidBag(sql, id, by));
        if (!outcome.ok) throw notUnvoided(id, outcome);
        changed([id]);
        return outcome.bag;
      },
      {
        role: "operator",
        params: checked("params", idSchema),
        response: { 200: bagSchema, ...problems(404, 409, 503) },
        detail: {
          summary: "Take a void back",
          description:
            "The bag counts again, with the number and the verdict that it had. It may complete its job; one that was filled without it meanwhile has one bag more than it wanted. 409 `not_voided`.",
        },
      },
    )
    .post(
      "/api/bags/:id/assign",
      async ({ params: { id }, body, who }) => {
        const by = { ...who, plant: plant.id, at: clock.now() };
        const outcome = await database.run((sql) =>
          assignBag(sql, id, body.job_id, by, couriers.destinations),
        );
        if (!outcome.ok) throw notAssigned(id, body.job_id, outcome);
        if (outcome.bag.doubt !== null) couriers.wake(outcome.bag.station, { urgent: true });
        changed([id]);
        return outcome.bag;
      },
      {
        role: "operator",
        params: checked("params", idSchema),
        body: checked("body", assignSchema),
        response: { 200: bagSchema, ...problems(404, 409, 503) },
        detail: {
          summary: "Assign a bag without a job to a job of its station",
          description:
            "It gets the job's next number, its target and tolerance, and the verdict; it may complete the job. One that was in doubt is forwarded from then on. 409 `already_assigned`, `already_voided`, `other_station`, `job_full`, `job_cancelled` or `job_planned`.",
        },
      },
    )
    .post(
      "/api/jobs/:id/assign",
      async ({ params: { id }, body, who }) => {
        const by = { ...who, plant: plant.id, at: clock.now() };
        const span = { from: Date.parse(body.from), to: Date.parse(body.to) };
        const outcome = await database.run((sql) => assignBags(sql, id, span, by));
        if (!outcome.ok) throw noneAssigned(id, outcome);
        changed(outcome.ids);
        return outcome.answer;
      },
      {
        role: "operator",
        params: checked("params", z.object({ id: smallIdSchema })),
        body: checked("body", bulkAssignSchema),
        response: { 200: bulkAssignedSchema, ...problems(404, 409, 503) },
        detail: {
          summary: "Assign all bags without a job of its station and of a time to a job",
          description:
            "In the order of weighing, up to the job's quantity; it may complete the job. Void bags are left out, and those in doubt, on each of which a person decides. 409 `job_takes_none`.",
        },
      },
    );
}

function noneAssigned(id: number, outcome: Exclude<BulkAssigned, { ok: true }>): Problem {
  return outcome.reason === "no_such_job"
    ? notFound(`there is no job ${id}`)
    : conflict("job_takes_none", `job ${id} is ${outcome.status}: it takes no bags`);
}

function filterOf(query: Filters): BagFilter {
  const { job_id: jobId, weight_from: weightFrom, weight_to: weightTo, station, lot, scale } = query;
  const { verdict, voided, disputed, number, company, note, from, to } = query;
  return {
    jobId,
    weightFrom,
    weightTo,
    station,
    lot,
    scale,
    verdict,
    voided,
    disputed,
    number,
    company,
    note,
    from,
    to,
  };
}

function noBag(id: number): Problem {
  return notFound(`there is no bag ${id}`);
}

function notVoided(id: number, outcome: Exclude<Voided, { ok: true }>): Problem {
  switch (outcome.reason) {
    case "not_found":
      return noBag(id);
    case "already_voided":
      return alreadyVoided(id, outcome.bag);
  }
}

function notUnvoided(id: number, { reason }: Exclude<Unvoided, { ok: true }>): Problem {
  return reason === "not_found" ? noBag(id) : conflict("not_voided", `bag ${id} is not void`);
}

function notAssigned(id: number, jobId: number, outcome: Exclude<Assigned, { ok: true }>): Problem {
  switch (outcome.reason) {
    case "not_found":
      return noBag(id);
    case "no_such_job":
      return invalid({ field: "job_id", message: `there is no job ${jobId}` });
    case "already_voided":
      return alreadyVoided(id, outcome.bag);
    case "already_assigned":
      return conflict(
        "already_assigned",
        `bag ${id} is number ${outcome.bag.bag_num} of job ${outcome.bag.job_id}`,
      );
    case "other_station":
      return conflict(
        "other_station",
        `bag ${id} was weighed on ${outcome.bag.station}, job ${jobId} is of ${outcome.jobStation}`,
      );
    case "job_cancelled":
      return conflict("job_cancelled", `job ${jobId} is cancelled`);
    case "job_planned":
      return conflict("job_planned", `job ${jobId} is planned: start it first`);
    case "job_full":
      return conflict("job_full", `job ${jobId} has its ${outcome.quantity} bags`);
  }
}

function alreadyVoided(id: number, bag: Pick<Bag, "voided_at" | "void_code" | "void_reason">): Problem {
  const why = bag.void_reason ?? bag.void_code;
  return conflict("already_voided", `bag ${id} is void since ${bag.voided_at}: ${why}`);
}
