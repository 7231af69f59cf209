import type { Executor, Sql } from "../database/types.ts";
import { framesOf, type JournaledEntry, type WeighedEntry } from "../journal/entry.ts";
import { repeatMark } from "../journal/entry-row.ts";
import recordBags from "./record-bags.sql" with { type: "text" };
import recordRejected from "./record-rejected.sql" with { type: "text" };

export type Verdict = "in" | "under" | "over" | "no_job";

/** Bags of one station and one verdict that a batch made. */
export interface RecordedGroup {
  readonly station: string;
  readonly verdict: Verdict;
  readonly ids: readonly number[];
  /** How far its bags lie above their targets, each as a share of its target, added up; 0 where they had no job. */
  readonly excess: number;
  /** The same for how far they lie below. */
  readonly shortfall: number;
}

export interface RecordedBatch {
  readonly bags: readonly RecordedGroup[];
  readonly rejectedIds: readonly number[];
  /** Postgres had them before, and had lost them. */
  readonly isAgain?: true;
}

/** A frame that Postgres refused, kept among the rejected ones with Postgres's words. */
export type RefusedEntry = JournaledEntry & { readonly refusal?: string };

/** A bag that comes with an acknowledgement of its own (HTTP), so that it needs no journal. */
export type DirectBag = Omit<WeighedEntry, "kind" | "remoteAddress" | "doubt"> & {
  readonly source: "api" | "manual";
};

export interface RecordedBag {
  readonly id: number;
  readonly jobId: number | null;
  readonly bagNum: number | null;
  readonly inTolerance: boolean | null;
  /** The bag alone, as a group. */
  readonly group: RecordedGroup;
  /** This bag was the last one its job wanted. */
  readonly jobComplete: boolean;
}

/** One row of `record-bags.sql`: a group of bags. */
interface Row {
  readonly station: string;
  readonly verdict: Verdict;
  /** Joined by commas: the driver's own way with arrays took a tenth of all time under load. */
  readonly ids: string;
  readonly job_id: number | null;
  readonly bag_num: number | null;
  readonly in_tolerance: boolean | null;
  readonly completes_job: boolean;
  readonly excess: number;
  readonly shortfall: number;
}

/**
 * Records entries of a journal: all of them or none.
 *
 * @param entries in the journal's order.
 * @param destinations ids of those that each bag is delivered to.
 * @param options.after the number that Postgres is taken to have recorded last; default: the one before those of the first.
 * @param options.late with true free numbers before those recorded are filled instead.
 * @returns null, and nothing is recorded, where they do not begin right behind what Postgres has of the journal:
 * they were recorded before, or the journal has a copy that recorded others under their numbers.
 */
export async function recordJournaled(
  sql: Sql,
  journalId: string,
  entries: readonly RefusedEntry[],
  destinations: readonly number[],
  options: { readonly after?: number; readonly late?: boolean } = {},
): Promise<RecordedBatch | null> {
  const [first, last] = [entries.at(0), entries.at(-1)];
  if (first === undefined || last === undefined) return { bags: [], rejectedIds: [] };
  const { after = first.seq - framesOf(first), late = false } = options;
  const bags = newBags();
  const rejected = newRejectedColumns();
  for (const entry of entries) {
    if (entry.kind === "weighed" && entry.refusal === undefined) bags.add(entry.seq, entry);
    else addRejected(rejected, entry);
  }
  const rejectedParameters = [journalId, after, late, ...Object.values(rejected)];
  const bagParameters = [journalId, last.seq, after, destinations, false, "scale", ...bags.parameters(late)];

  async function record(executor: Executor): Promise<RecordedBatch | null> {
    const kept =
      rejected.seq.length === 0
        ? []
        : await ask<{ id: number }>(executor, recordRejected, rejectedParameters);
    const groups = await ask<Row>(executor, recordBags, bagParameters);
    if (kept.length + groups.length === 0 && !late) return null;
    return { bags: groups.map(groupOf), rejectedIds: kept.map(({ id }) => id) };
  }

  // Nearly always bags alone: one statement, which takes 4 % less of Postgres where it has no place for others.
  return rejected.seq.length === 0 ? record(sql) : sql.begin(record);
}

/** Prepared once a connection. */
function ask<T extends object>(
  sql: Executor,
  statement: string,
  parameters: Parameters<Executor["unsafe"]>[1],
) {
  return sql.unsafe<T[]>(statement, parameters, { prepare: true });
}

/**
 * Records one bag that did not come through the journal.
 *
 * @param options.requireJob with true a bag that no job wants is not stored.
 * @param options.destinations ids of those that it is delivered to.
 * @returns null where a job was required and there is none.
 */
export async function recordDirect(
  sql: Executor,
  bag: DirectBag,
  options: { requireJob: boolean; destinations: readonly number[] },
): Promise<RecordedBag | null> {
  const bags = newBags();
  bags.add(1, { ...bag, doubt: null });
  const [row] = await ask<Row>(sql, recordBags, [
    ...[null, 0, 0, options.destinations, options.requireJob, bag.source],
    ...bags.parameters(false),
  ]);
  if (row === undefined) return null;
  const group = groupOf(row);
  const [id] = group.ids;
  if (id === undefined) return null;
  return {
    id,
    jobId: row.job_id,
    bagNum: row.bag_num,
    inTolerance: row.in_tolerance,
    group,
    jobComplete: row.completes_job,
  };
}

function groupOf({ station, verdict, ids, excess, shortfall }: Row): RecordedGroup {
  return { station, verdict, ids: ids.split(",").map(Number), excess, shortfall };
}

// Columns in the order of the statements' parameters.

function newBags() {
  const columns = {
    seq: [] as number[],
    uid: [] as string[],
    line: [] as number[],
    scale: [] as number[],
    printedScale: [] as number[],
    weight: [] as string[],
    weighedMs: [] as number[],
    repeatMark: [] as number[],
    raw: [] as string[],
  };
  const stations: string[] = [];
  const units: string[] = [];
  const numbers = new Map<string, number>();
  let earliest = Number.MAX_SAFE_INTEGER;

  /** The place among the lines: a number is read and compared far faster than a name and a unit a bag. */
  function lineOf(station: string, unit: string): number {
    const name = `${unit} ${station}`;
    let number = numbers.get(name);
    if (number === undefined) {
      number = stations.push(station);
      units.push(unit);
      numbers.set(name, number);
    }
    return number;
  }

  return {
    add(seq: number, bag: Omit<WeighedEntry, "kind" | "remoteAddress">): void {
      columns.seq.push(seq);
      columns.uid.push(bag.uid);
      columns.line.push(lineOf(bag.station, bag.unit));
      columns.scale.push(bag.scale);
      columns.printedScale.push(bag.printedScale);
      columns.weight.push(bag.weight);
      columns.weighedMs.push(bag.receivedAt);
      columns.repeatMark.push(repeatMark(bag));
      columns.raw.push(bag.raw);
      earliest = Math.min(earliest, bag.receivedAt);
    },
    /** The columns; `late`; and what the jobs are looked for with: lines, and when the first bag was weighed. */
    parameters: (late: boolean) => [...Object.values(columns), late, stations, units, earliest],
  };
}

function newRejectedColumns() {
  return {
    seq: [] as number[],
    receivedMs: [] as number[],
    remoteAddress: [] as string[],
    // 0 for none: the driver would send a null in an integer array as NaN.
    scale: [] as number[],
    reason: [] as string[],
    rawHex: [] as string[],
    detail: [] as string[],
    frames: [] as number[],
    followsBagUid: [] as string[],
  };
}

function addRejected(columns: ReturnType<typeof newRejectedColumns>, entry: RefusedEntry): void {
  columns.seq.push(entry.seq);
  columns.receivedMs.push(entry.receivedAt);
  columns.remoteAddress.push(entry.remoteAddress);
  columns.scale.push(entry.scale ?? 0);
  columns.reason.push(entry.kind === "rejected" ? entry.reason : "refused");
  columns.rawHex.push(Buffer.from(entry.raw, "latin1").toString("hex"));
  columns.detail.push(entry.refusal ?? "");
  columns.frames.push(framesOf(entry));
  columns.followsBagUid.push((entry.kind === "rejected" && entry.followsBagUid) || "");
}
