import type { Executor } from "../../database/types.ts";
import { isBehind } from "./job-bags.ts";
import type { JobAdvice, JobSignal, WatchedJob } from "./watched-job.ts";

/** Who raises signals, and when by the appliance's clock. */
export interface Raised {
  readonly plant: number;
  readonly at: number;
}

/** A signal that PostgreSQL has. */
interface Kept {
  readonly id: number;
  readonly rule: string;
  readonly side: string | null;
  readonly firstBag: number;
  /** Its number in the job; null: it is no longer there. */
  readonly firstNum: number | null;
  readonly firstAt: Date;
  readonly lastBag: number;
  readonly lastAt: Date;
  readonly points: number;
  readonly goesOn: boolean;
  readonly isWithdrawn: boolean;
  readonly isOpen: boolean;
}

/** More than a job has in the bags that are read again. */
const keptMax = 500;

/** The row of a signal, and how many of its bags are not among those that the watch has seen. */
export interface Row {
  readonly id: number;
  readonly earlier: number;
}

/** Those of the signals that are still looked at. */
export type SignalRows = WeakMap<JobSignal, Row>;

/** Keeps signals of a job; those that have a row are changed there. @returns the ids of what changed. */
export async function keepSignals(
  sql: Executor,
  job: WatchedJob,
  signals: readonly JobSignal[],
  rows: SignalRows,
  by: Raised,
): Promise<number[]> {
  const ids: number[] = [];
  for (const signal of signals) {
    const row = rows.get(signal);
    const id = row === undefined ? await raise(sql, job, signal, by) : row.id;
    if (row === undefined) rows.set(signal, { id, earlier: 0 });
    else await change(sql, job, signal, row);
    ids.push(id);
  }
  return ids;
}

/** The same bags make a signal once, so that one that was withdrawn, or raised by another process, is taken up again. */
async function raise(sql: Executor, job: WatchedJob, signal: JobSignal, by: Raised): Promise<number> {
  const { terms, level } = job;
  const { rule, side, first, last, points, goesOn } = signal;
  const [row] = await sql<{ id: number }[]>`
    insert into quality_signal (
      plant_id, station, job_id, rule, side, scale_id, first_bag_id, first_at, last_bag_id, last_at, points, goes_on,
      center, sigma, reference_id, weights, raised_at
    )
    values (
      ${by.plant}, ${terms.station}, ${terms.id}, ${rule}, ${side}, ${job.scaleOf(signal)}, ${first.id},
      ${new Date(first.at)}, ${last.id}, ${new Date(last.at)}, ${points}, ${goesOn}, ${level.center}, ${level.sigma},
      ${terms.reference?.id ?? null}, ${weightsOf(signal)}::float8[], ${new Date(by.at)}
    )
    on conflict (job_id, rule, (coalesce(side, '')), first_bag_id) do update
    set last_bag_id = excluded.last_bag_id, last_at = excluded.last_at, points = excluded.points,
      goes_on = excluded.goes_on, weights = excluded.weights, withdrawn_at = null
    returning id`;
  if (row === undefined) throw new Error(`a signal of job ${terms.id} was not kept`);
  return row.id;
}

async function change(
  sql: Executor,
  job: WatchedJob,
  signal: JobSignal,
  { id, earlier }: Row,
): Promise<void> {
  await sql`
    update quality_signal
    set last_bag_id = ${signal.last.id}, last_at = ${new Date(signal.last.at)}, points = ${signal.points + earlier},
      goes_on = ${signal.goesOn}, weights = ${weightsOf(signal)}::float8[], scale_id = ${job.scaleOf(signal)},
      withdrawn_at = null
    where id = ${id}`;
}

/**
 * Compares the signals in bags that were read again with those that PostgreSQL has of them.
 *
 * @param how.from since when bags were read; what lies before it is left as it is.
 * @param how.after the number behind which they were read.
 * @param how.mayRaise false: what PostgreSQL does not have stays so.
 * @returns the rows of those that go on to be watched, and the ids of what changed.
 */
export async function compareSignals(
  sql: Executor,
  job: WatchedJob,
  signals: readonly JobSignal[],
  how: {
    readonly from: Date | null;
    readonly after: number;
    readonly mayRaise: boolean;
    readonly by: Raised;
  },
): Promise<{ readonly rows: SignalRows; readonly ids: readonly number[] }> {
  const { from, after, mayRaise, by } = how;
  const kept = await sql<Kept[]>`
    select
      id, rule, side, first_bag_id as "firstBag", first_at as "firstAt",
      (select b.bag_num from filler_bag b where b.id = first_bag_id) as "firstNum", last_bag_id as "lastBag",
      last_at as "lastAt", points, goes_on as "goesOn", withdrawn_at is not null as "isWithdrawn",
      acknowledged_at is null and withdrawn_at is null as "isOpen"
    from quality_signal
    where job_id = ${job.terms.id} and (goes_on or ${from === null ? sql`true` : sql`last_at >= ${from}`})
    order by id desc
    limit ${keptMax}`;
  const rows: SignalRows = new WeakMap();
  const held = new Set<number>();
  const wanted: JobSignal[] = [];
  for (const signal of signals) {
    const same = kept.filter((each) => isSame(each, signal));
    for (const { id } of same) held.add(id);
    const [newest] = same;
    if (newest !== undefined) rows.set(signal, { id: newest.id, earlier: earlierThan(signal, newest, from) });
    if (newest === undefined ? mayRaise : !isUnchanged(newest, signal, rows)) wanted.push(signal);
  }
  const ids = await keepSignals(sql, job, wanted, rows, by);
  const gone = kept.filter(({ id }) => !held.has(id));
  const isReadWhole = ({ firstAt, firstNum }: Kept) =>
    firstNum !== null && firstNum > after && (from === null || firstAt.getTime() >= from.getTime());
  const withdrawn = gone.filter((each) => each.isOpen && isReadWhole(each)).map(({ id }) => id);
  const over = gone.map(({ id }) => id);
  const ended = await sql<{ id: number }[]>`
    update quality_signal
    set goes_on = false,
      withdrawn_at = case when id = any (${withdrawn}::bigint[]) then ${new Date(by.at)} else withdrawn_at end
    where id = any (${over}::bigint[]) and (goes_on or id = any (${withdrawn}::bigint[]))
    returning id`;
  return { rows, ids: [...ids, ...ended.map(({ id }) => id)] };
}

function isSame({ rule, side, firstBag, firstAt, lastBag, lastAt }: Kept, signal: JobSignal): boolean {
  const keptFirst = { id: firstBag, at: firstAt.getTime() };
  const keptLast = { id: lastBag, at: lastAt.getTime() };
  return (
    rule === signal.rule &&
    side === signal.side &&
    !isBehind(keptFirst, signal.last) &&
    !isBehind(signal.first, keptLast)
  );
}

function isUnchanged(kept: Kept, signal: JobSignal, rows: SignalRows): boolean {
  const points = signal.points + (rows.get(signal)?.earlier ?? 0);
  return (
    !kept.isWithdrawn &&
    kept.lastBag === signal.last.id &&
    kept.points === points &&
    kept.goesOn === signal.goesOn
  );
}

/** Of a kept signal that began before what was read: its bags there. */
function earlierThan(signal: JobSignal, kept: Kept, from: Date | null): number {
  if (from === null || kept.firstAt.getTime() >= from.getTime()) return 0;
  // What was read has its last bags; those that came meanwhile are behind the last one that was counted.
  const meanwhile = signal.shown.filter((bag) =>
    isBehind(bag, { id: kept.lastBag, at: kept.lastAt.getTime() }),
  ).length;
  return Math.max(0, kept.points + meanwhile - signal.points);
}

function weightsOf({ shown }: JobSignal): number[] {
  return shown.map(({ weight }) => weight);
}

/** Keeps a piece of advice; given once. @returns whether it is new. */
export async function keepAdvice(
  sql: Executor,
  { terms }: WatchedJob,
  { firstNum, lastNum, bags, mean, deviation, correction }: JobAdvice,
  by: Raised,
): Promise<boolean> {
  const kept = await sql`
    insert into fill_advice (
      plant_id, station, job_id, first_bag_num, last_bag_num, bags, target, mean, deviation, correction, given_at
    )
    values (
      ${by.plant}, ${terms.station}, ${terms.id}, ${firstNum}, ${lastNum}, ${bags}, ${terms.target}, ${mean},
      ${deviation}, ${correction}, ${new Date(by.at)}
    )
    on conflict (job_id, last_bag_num) do nothing`;
  return kept.count > 0;
}

/** The number of the last bag that advice on a job was about. */
export async function lastAdvised(sql: Executor, job: number): Promise<number | null> {
  const [row] = await sql<{ num: number }[]>`
    select last_bag_num as num from fill_advice where job_id = ${job} order by last_bag_num desc limit 1`;
  return row?.num ?? null;
}
