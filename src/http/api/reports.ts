import { Elysia } from "elysia";
import { z } from "zod";
import { readOnly } from "../../database/read-only.ts";
import { pacedBody } from "../../records/bags/paced-body.ts";
import { officeCsv } from "../../records/exports/office-csv.ts";
import { localeSchema, unitSchema } from "../../records/exports/reader.ts";
import { groupTable, reportFile } from "../../records/exports/report-rows.ts";
import { type GroupBy, groupBys } from "../../records/reports/groupings.ts";
import {
  type Period,
  periodAt,
  periodKinds,
  periodOn,
  rangeOf,
  readDate,
  readMoment,
  shiftOn,
} from "../../records/reports/period.ts";
import { readReport, reportSchema } from "../../records/reports/report.ts";
import type { Calendar } from "../../records/shifts/calendar.ts";
import { readCalendar } from "../../records/shifts/calendar-rows.ts";
import { textSchema } from "../../runtime/typed-text.ts";
import { conflict, invalid, problems } from "../answer/problem.ts";
import type { Auth } from "../auth/auth.ts";
import { checked } from "../request/checked.ts";
import type { Services } from "./services.ts";
import type { Shares } from "./shares.ts";

const rangeDaysMax = 1_100;
const dayMs = 86_400_000;

const periodQuery = {
  period: z.enum(periodKinds).default("day"),
  date: z
    .string()
    .max(10)
    .optional()
    .describe("A day of the plant, as 2026-11-29; the week and the month that it lies in. Left out: now."),
  shift: textSchema(50)
    .optional()
    .describe(
      "With `period=shift` and `date`: the shift that begins on that day. Left out, both: the one that runs, else the last one.",
    ),
  from: z
    .string()
    .max(40)
    .optional()
    .describe("With `period=range`: the plant's time, as 2026-11-01 or 2026-11-01T06:00, or RFC 3339."),
  to: z.string().max(40).optional().describe("With `period=range`: until then, itself not in it; as `from`."),
};
const reportQuery = z.strictObject({
  ...periodQuery,
  group: z.enum(groupBys).default("station").describe("What `groups` breaks the report down by."),
});
type PeriodQuery = Omit<z.output<typeof reportQuery>, "group">;

const csv = { description: "OK", content: { "text/csv": { schema: { type: "string" } } } } as const;
const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const workbook = {
  description: "OK",
  content: { [xlsxType]: { schema: { type: "string", format: "binary" } } },
} as const;
const fileQuery = z.strictObject({
  ...reportQuery.shape,
  locale: localeSchema.default("en"),
  unit: unitSchema,
});

/** Reports: what was weighed in a shift, a day, a week, a month or any time. */
export function reportsController(
  services: Pick<Services, "database" | "plant" | "clock">,
  auth: Auth,
  shares: Shares,
) {
  const { database, plant, clock } = services;

  const reportOf = ({ group, ...asked }: PeriodQuery & { readonly group: GroupBy }) =>
    readOnly(database, async (tx) => {
      const now = clock.now();
      const calendar = await readCalendar(tx, plant.id);
      return readReport(tx, plant.id, calendar, askedPeriod(calendar, asked, now), { group, now });
    });

  return new Elysia({ name: "reports", tags: ["reports"] })
    .use(auth)
    .get("/api/reports", ({ query, client }) => shares.questions.run(client, () => reportOf(query)), {
      role: "viewer",
      query: checked("query", reportQuery),
      response: { 200: reportSchema, ...problems(409, 503) },
      detail: {
        summary: "What was weighed in a shift, a day, a week, a month or any time",
        description:
          "Exact, over all bags that were weighed then and are not voided, compared with the time before. By the plant's time zone and shifts. 409 `no_shifts`: the plant has none.",
      },
    })
    .get(
      "/api/reports.csv",
      async ({ query: { locale, unit, ...asked }, client }) => {
        const report = await shares.questions.run(client, () => reportOf(asked));
        const reader = { locale, unit, timeZone: report.time_zone };
        const { head, rows } = groupTable(report, reader);
        return new Response(officeCsv(head, rows, reader), {
          headers: asFile("text/csv; charset=utf-8; header=present", reportFile(report, "csv")),
        });
      },
      {
        role: "viewer",
        query: checked("query", fileQuery),
        response: problems(409, 503),
        detail: {
          summary: "A report's rows and its total, as CSV",
          description: "With the separator and the decimal sign of the reader's locale, for a spreadsheet.",
          responses: { 200: csv },
        },
      },
    )
    .get(
      "/api/reports.xlsx",
      async ({ query: { locale, unit, ...asked }, client }) => {
        const report = await shares.questions.run(client, () => reportOf(asked));
        const onEnd = shares.downloads.take(client);
        try {
          const reader = { locale, unit, timeZone: report.time_zone };
          // Only those who ask for a workbook wait for its code.
          const { reportWorkbook } = await import("../../records/exports/report-workbook.ts");
          const pieces = reportWorkbook((work) => database.run(work), plant.id, report, reader);
          return new Response(await pacedBody(pieces, onEnd), {
            headers: asFile(xlsxType, reportFile(report, "xlsx")),
          });
        } catch (error) {
          onEnd();
          throw error;
        }
      },
      {
        role: "viewer",
        query: checked("query", fileQuery),
        response: problems(409, 503),
        detail: {
          summary: "A report with all its bags, as a workbook",
          description:
            "The report on the first sheet, its bags on the second one, newest first; voided ones among them. Numbers are numbers, times those of the plant. A download that breaks off is not the whole.",
          responses: { 200: workbook },
        },
      },
    );
}

function asFile(type: string, name: string): Record<string, string> {
  return { "content-type": type, "content-disposition": `attachment; filename="${name}"` };
}

/** @throws Problem 409, 422. */
function askedPeriod(calendar: Calendar, asked: PeriodQuery, now: number): Period {
  const { period: kind, date, shift, from, to } = asked;
  if (kind === "range") return askedRange(calendar, from, to);
  if (from !== undefined || to !== undefined) {
    throw invalid({ field: from === undefined ? "to" : "from", message: "is for `period=range` alone" });
  }
  if (kind !== "shift" && shift !== undefined) {
    throw invalid({ field: "shift", message: "is for `period=shift` alone" });
  }
  if (kind === "shift" && calendar.shifts.length === 0) {
    throw conflict(
      "no_shifts",
      "the plant has no shifts: an admin sets them on the page Reports, or with PUT /api/shifts",
    );
  }
  if (date === undefined && shift === undefined) {
    const found = periodAt(calendar, kind, now);
    if (found !== null) return found;
  }
  const day = date === undefined ? null : readDate(date);
  if (day === null) throw invalid({ field: "date", message: "must be a date such as 2026-11-29" });
  if (kind !== "shift") return periodOn(calendar, kind, day);
  if (shift === undefined) throw invalid({ field: "shift", message: "is missing: the name of a shift" });
  const found = shiftOn(calendar, day, shift);
  if (found !== null) return found;
  const names = calendar.shifts.filter(({ days }) => days.includes(day.dayOfWeek)).map(({ name }) => name);
  throw invalid({
    field: "shift",
    message: `must be a shift that begins on ${date}: ${names.join(", ") || "none does"}`,
  });
}

function askedRange(calendar: Calendar, from: string | undefined, to: string | undefined): Period {
  const wanted = "must be a time such as 2026-11-01T06:00 in the plant's time or 2026-11-01T12:00:00Z";
  const begins = readMoment(calendar, from ?? "");
  if (begins === null) throw invalid({ field: "from", message: wanted });
  const ends = readMoment(calendar, to ?? "");
  if (ends === null) throw invalid({ field: "to", message: wanted });
  if (ends <= begins) throw invalid({ field: "to", message: "must be later than `from`" });
  if (ends - begins > rangeDaysMax * dayMs) {
    throw invalid({ field: "to", message: `must be at most ${rangeDaysMax} days after \`from\`` });
  }
  return rangeOf(begins, ends);
}
