import type { Executor, Sql } from "../database/types.ts";
import { framesOf, type WeighedEntry } from "../journal/entry.ts";
import type { Verdict } from "../weighing/verdict.ts";
import { createBagColumns } from "./bag-columns.ts";
import { namedStatement, type Parameters } from "./named-statement.ts";
import bagsText from "./record-bags.sql" with { type: "text" };
import { recordChecks } from "./record-checks.ts";
import rejectedText from "./record-rejected.sql" with { type: "text" };
import type { RefusedEntry } from "./refusal.ts";
import { rejectedColumns } from "./rejected-columns.ts";

/** The statement that records bags. */
export const recordBags = namedStatement(bagsText, {
  single: {
    journal_id: "uuid",
    last_seq: "bigint",
    after: "bigint",
    late: "boolean",
    plant_id: "integer",
    destinations: "smallint[]",
    require_job: "boolean",
    source: "text",
    bags: "integer",
    earliest_ms: "float8",
    line_stations: "text[]",
    line_units: "text[]",
    line_scales: "integer[]",
    line_printed_scales: "integer[]",
    line_marks: "integer[]",
    line_earliest_ms: "float8[]",
    line_latest_ms: "float8[]",
  },
  columns: {
    seq: "bigint",
    uid: "uuid",
    line: "integer",
    // Its place among the station's bags of the batch that may count for a job: 1, 2, 3 …; 0: it may not.
    place: "integer",
    weight: "numeric",
    weighed_ms: "bigint",
    raw: "text",
  },
});

const recordRejected = namedStatement(rejectedText, {
  single: { journal_id: "uuid", after: "bigint", late: "boolean" },
  columns: {
    seq: "bigint",
    received_ms: "bigint",
    remote_address: "text",
    // 0 for none, and no text for none: an array has no place for a null.
    scale_id: "integer",
    reason: "text",
    raw_hex: "text",
    detail: "text",
    frames: "bigint",
    follows_bag_uid: "text",
  },
});

/** Bags of one station and one verdict that a batch made: not always all of them. */
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
  /** How far its bags lie above their target, or all of them below it, each as a share of it, added up; 0 without a job. */
  readonly deviation: number;
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
  const { after, late = false } = options;
  const of = { journalId, destinations, after, late };
  if (late) return sql.begin(async (tx) => record(tx, await free(tx, journalId, entries), of));
  // Nearly always bags alone: one statement, which takes 4 % less of Postgres where it has no place for others.
  const isOneStatement = entries.every(isBag);
  return isOneStatement ? record(sql, entries, of) : sql.begin((tx) => record(tx, entries, of));
}

type Bag = WeighedEntry & { readonly seq: number };

function isBag(entry: RefusedEntry): entry is Bag {
  return entry.kind === "weighed" && entry.refusal === undefined;
}

async function record(
  sql: Executor,
  entries: readonly RefusedEntry[],
  of: {
    readonly journalId: string;
    readonly destinations: readonly number[];
    readonly after: number | undefined;
    readonly late: boolean;
  },
): Promise<RecordedBatch | null> {
  const [first, last] = [entries.at(0), entries.at(-1)];
  if (first === undefined || last === undefined) return { bags: [], rejectedIds: [] };
  const { journalId, destinations, after = first.seq - framesOf(first), late } = of;
  const batch = { journal_id: journalId, after, late };
  const rejected = entries.filter((entry) => !isBag(entry));
  const kept =
    rejected.length === 0
      ? []
      : await ask<{ id: number }>(
          sql,
          recordRejected.text,
          recordRejected.parameters(batch, rejectedColumns(rejected)),
        );
  if (kept.length > 0) await recordChecks(sql, journalId, rejected);
  const bags = createBagColumns();
  for (const entry of entries) if (isBag(entry)) bags.add(entry.seq, entry);
  const single = {
    ...batch,
    ...bags.values,
    last_seq: last.seq,
    plant_id: null,
    destinations,
    require_job: false,
    source: "scale",
  };
  const groups = await ask<Row>(sql, recordBags.text, recordBags.parameters(single, bags.columns));
  if (kept.length + groups.length === 0 && !late) return null;
  return { bags: groups.map(groupOf), rejectedIds: kept.map(({ id }) => id) };
}

/** Those of late entries whose numbers Postgres has no record under. Until the transaction's end nobody else fills them. */
async function free(
  sql: Executor,
  journalId: string,
  entries: readonly RefusedEntry[],
): Promise<readonly RefusedEntry[]> {
  const [first, last] = [entries.at(0)?.seq ?? 0, entries.at(-1)?.seq ?? 0];
  await sql`select from journal where id = ${journalId} for update`;
  const rows = await sql<{ seq: number }[]>`
    select journal_seq as seq from filler_bag
    where journal_id = ${journalId} and journal_seq between ${first} and ${last}
    union all
    select journal_seq from rejected_frame
    where journal_id = ${journalId} and journal_seq between ${first} and ${last}`;
  const taken = new Set(rows.map(({ seq }) => seq));
  return entries.filter(({ seq }) => !taken.has(seq));
}

/** Prepared once a connection. */
function ask<T extends object>(sql: Executor, statement: string, parameters: Parameters) {
  return sql.unsafe<T[]>(statement, parameters, { prepare: true });
}

/**
 * Records one bag that did not come through the journal.
 *
 * @param options.plant the id of the appliance's plant.
 * @param options.requireJob with true a bag that no job wants is not stored.
 * @param options.destinations ids of those that it is delivered to.
 * @returns null where a job was required and there is none.
 */
export async function recordDirect(
  sql: Executor,
  bag: DirectBag,
  options: { plant: number; requireJob: boolean; destinations: readonly number[] },
): Promise<RecordedBag | null> {
  const bags = createBagColumns();
  bags.add(1, { ...bag, doubt: null });
  const single = {
    ...bags.values,
    journal_id: null,
    last_seq: 0,
    after: 0,
    late: false,
    plant_id: options.plant,
    destinations: options.destinations,
    require_job: options.requireJob,
    source: bag.source,
  };
  const parameters = recordBags.parameters(single, bags.columns);
  const [row] = await ask<Row>(sql, recordBags.text, parameters);
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

function groupOf({ station, verdict, ids, deviation }: Row): RecordedGroup {
  const [excess, shortfall] = [Math.max(0, deviation), Math.max(0, -deviation)];
  return { station, verdict, ids: ids.split(",").map(Number), excess, shortfall };
}
