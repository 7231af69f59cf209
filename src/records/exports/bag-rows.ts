import { Big } from "big.js";
import type { Executor, Sql } from "../../database/types.ts";
import { verdictWords, voidCodeWords } from "../../weighing/bag-words.ts";
import type { Verdict } from "../../weighing/verdict.ts";
import { type BagFilter, exportBags } from "../bags/bag-list.ts";
import type { Bag } from "../bags/bag-view.ts";
import { numberCell, type OfficeCell, type OfficeRow, textCell, timeCell } from "./cells.ts";
import { languageOf, type Reader, weightFor } from "./reader.ts";
import { officeWords } from "./words.ts";

interface JobOfBag {
  readonly id: number;
  readonly company: string;
  readonly product: string | null;
}

interface Column {
  readonly head: string;
  /** In characters. */
  readonly width: number;
  readonly cell: (bag: Bag, job: JobOfBag | undefined) => OfficeCell;
}

/** Jobs of bags that lie beside each other; more are asked for again. */
const jobsKept = 1_000;

/** What a file of bags has for its reader: one entry a column, in their order. */
export function bagColumns(reader: Reader): readonly Column[] {
  const language = languageOf(reader);
  const words = officeWords[language];
  const inUnit = (name: string) => `${name} (${reader.unit})`;
  return [
    { head: words.weighed, width: 20, cell: ({ weighed_at: at }) => timeCell(at) },
    { head: words.station, width: 16, cell: ({ station }) => textCell(station) },
    { head: words.scale, width: 8, cell: ({ scale }) => numberCell(scale) },
    { head: words.job, width: 8, cell: ({ job_id: id }) => numberCell(id) },
    { head: words.company, width: 26, cell: (_, job) => textCell(job?.company ?? null) },
    { head: words.product, width: 20, cell: (_, job) => textCell(job?.product ?? null) },
    { head: words.lot, width: 14, cell: ({ lot }) => textCell(lot) },
    { head: words.number, width: 12, cell: ({ bag_num: number }) => numberCell(number) },
    {
      head: inUnit(words.weight),
      width: 12,
      cell: (bag) => numberCell(weightFor(reader, bag.weight, bag.unit)),
    },
    {
      head: inUnit(words.target),
      width: 12,
      cell: ({ target_weight: target }) => numberCell(target === null ? null : weightFor(reader, target)),
    },
    {
      head: inUnit(words.difference),
      width: 14,
      cell: ({ weight_lb: weight, target_weight: target }) =>
        numberCell(target === null ? null : weightFor(reader, new Big(weight).minus(target).toFixed())),
    },
    { head: words.verdict, width: 16, cell: (bag) => textCell(verdictWords[language][verdictOf(bag)]) },
    {
      head: words.voidedWhy,
      width: 22,
      cell: ({ voided_at: at, void_code: code, void_reason: reason }) =>
        textCell(
          at === null
            ? null
            : [code === null ? null : voidCodeWords[language][code], reason].filter(Boolean).join(": ") ||
                words.voided,
        ),
    },
    { head: words.note, width: 30, cell: ({ note }) => textCell(note) },
    { head: words.source, width: 14, cell: ({ source }) => textCell(words[`by_${source}`]) },
  ];
}

/**
 * The rows of all bags that match, page by page, newest first; voided ones are among them, and say so.
 *
 * @param run runs one query; it may throw between two pages, when Postgres goes away.
 */
export async function* bagRows(
  run: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>,
  plant: number,
  filter: BagFilter,
  columns: readonly Column[],
): AsyncGenerator<OfficeRow[]> {
  const jobs = new Map<number, JobOfBag>();
  for await (const bags of exportBags(run, plant, filter)) {
    if (jobs.size > jobsKept) jobs.clear();
    const unknown = new Set(bags.flatMap(({ job_id: id }) => (id === null || jobs.has(id) ? [] : [id])));
    if (unknown.size > 0)
      for (const job of await run((sql) => readJobs(sql, [...unknown]))) jobs.set(job.id, job);
    yield bags.map((bag) => {
      const job = bag.job_id === null ? undefined : jobs.get(bag.job_id);
      return columns.map(({ cell }) => cell(bag, job));
    });
  }
}

async function readJobs(sql: Executor, ids: readonly number[]): Promise<JobOfBag[]> {
  return [
    ...(await sql<JobOfBag[]>`
      select j.id, c.name as company, j.product
      from prepuff_job j
      join prepuff_company c on c.id = j.prepuff_company_id
      where j.id = any (${[...ids]}::integer[])`),
  ];
}

/** Only to which side a bag is out is seen here; the verdict was made when it was recorded. */
function verdictOf({ in_tolerance: isIn, weight_lb: weight, target_weight: target }: Bag): Verdict {
  if (isIn === null || target === null) return "no_job";
  if (isIn) return "in";
  return new Big(weight).lt(target) ? "under" : "over";
}
