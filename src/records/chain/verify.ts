import { z } from "zod";
import type { DatabaseAccess } from "../../database/database.ts";
import { oneSnapshot } from "../../database/read-only.ts";
import type { Executor, Transaction } from "../../database/types.ts";
import { digestOfBags } from "../releases/bags-digest.ts";
import { isInForce } from "../releases/release-state.ts";
import { type Fault, type FoundFault, faultOf, faultOfLinks, faultSchema, withEvents } from "./faults.ts";
import { beforeFirst, type Head, headText, type Link, linkText, noRow, sha256 } from "./link.ts";
import { pageSize, readPage } from "./link-page.ts";
import { rowsWithoutLink } from "./unlinked.ts";

/** More are not listed: whoever reads them needs another tool. */
const faultsMax = 100;

/** How far the chain of records was looked at, and what is wrong. */
export const verifiedSchema = z.object({
  ok: z.boolean().describe("Nothing was found so far."),
  checked: z.int().describe("Links looked at by this request."),
  head: z
    .string()
    .nullable()
    .describe("The last link looked at, as `1234:ab12…`: keep it elsewhere, and compare later."),
  next: z
    .string()
    .nullable()
    .describe("There is more: go on with it as `after`. Null: everything was looked at."),
  faults: z
    .array(faultSchema)
    .describe(`In the order of the links, the first one first; ${faultsMax} at most.`),
});
export type Verified = z.output<typeof verifiedSchema>;

export interface Wanted {
  /** The link after which to begin, as an earlier part of the verification gave it; null: at the first one. */
  readonly after: Head | null;
  /** What was printed or kept elsewhere: the chain must still have it. */
  readonly head: Head | null;
  /** Whether to go on in another request. */
  readonly isOver: () => boolean;
}

/**
 * Recomputes the chain of records of a plant: that each link follows from the one before, that each row is as its last link says,
 * and that no row is without a link. Reads a page at a time, each in one snapshot, so that memory stays flat and nobody waits.
 */
export async function verifyChain(
  database: DatabaseAccess,
  plant: number,
  { after, head, isOver }: Wanted,
): Promise<Verified> {
  const read = <T>(work: (tx: Transaction) => Promise<T>) => oneSnapshot(database, work);
  const begunAt = await read(readBegin);
  // An older backup may have been restored between two parts.
  const faults: FoundFault[] = after === null ? [] : await read((tx) => compareHead(tx, plant, after));
  let last: Head | null = after;
  let group: Group | null = null;
  let checked = 0;

  const told = async (next: Head | null): Promise<Verified> => {
    const inOrder = faults.toSorted(bySeq).slice(0, faultsMax);
    const found: Fault[] = await read((tx) => withEvents(tx, inOrder));
    return {
      ok: found.length === 0,
      checked,
      head: last === null ? null : headText(last),
      next: next === null ? null : headText(next),
      faults: found,
    };
  };

  for (;;) {
    const page = await read((tx) => readPage(tx, plant, last?.seq ?? 0));
    for (const { link, text, isNewest } of page) {
      const nextSeq: number = (last?.seq ?? 0) + 1;
      const isGap = link.seq > nextSeq;
      // Of transactions that lack links nobody can tell whether an event was among these.
      if (isGap && group !== null) group.hasEvent = true;
      // A time that is over ends between two transactions: what one of them did is judged together.
      if (group === null || group.at !== link.at || link.at === begunAt) {
        faults.push(...closed(group));
        group = { at: link.at, hasEvent: isGap || link.at === begunAt, changes: [] };
        if (checked > 0 && (isOver() || faults.length >= faultsMax)) return told(last);
      }
      if (isGap) faults.push(faultOfLinks("links_removed", nextSeq, link.seq - 1));
      else if (sha256(linkText(last?.digest ?? beforeFirst, link)) !== link.digest) {
        faults.push(faultOf("link_changed", link));
      }
      const fault = isNewest || isLasting(link) ? compareRow(link, text) : null;
      if (fault !== null) faults.push(faultOf(fault, link));
      else if (link.kind === "release" && !(await read((tx) => areBagsAsReleased(tx, link.row)))) {
        faults.push(faultOf("bags_changed", link));
      }
      if (link.kind === "audit") group.hasEvent = true;
      else if (!isLasting(link) && fault === null && group.changes.length < faultsMax)
        group.changes.push(link);
      last = { seq: link.seq, digest: link.digest };
      checked++;
    }
    if (page.length < pageSize) break;
  }
  faults.push(...closed(group));
  if (head !== null) faults.push(...(await read((tx) => compareHead(tx, plant, head))));
  faults.push(...(await read((tx) => rowsWithoutLink(tx, plant, faultsMax))));
  return told(null);
}

/** Rows of these kinds are written once and never changed; no event has to tell of them. */
function isLasting({ kind }: Link): boolean {
  return kind !== "job" && kind !== "bag";
}

/** A release that is outdated says nothing about the bags of today. */
async function areBagsAsReleased(tx: Transaction, release: number): Promise<boolean> {
  const [row] = await tx<{ job_id: number; bags_sha256: string }[]>`
    select r.job_id, r.bags_sha256
    from job_release r
    join prepuff_job j on j.id = r.job_id
    where r.id = ${release} and ${isInForce(tx)}`;
  return row === undefined || (await digestOfBags(tx, row.job_id)) === row.bags_sha256;
}

/** Links that were made in one transaction. */
interface Group {
  readonly at: string;
  hasEvent: boolean;
  /** Of rows that are changed only together with an event that tells of it. */
  readonly changes: Link[];
}

function closed(group: Group | null): FoundFault[] {
  if (group === null || group.hasEvent) return [];
  return group.changes.map((link) => faultOf("no_event", link));
}

/** @param text of the row; undefined: there is none. */
function compareRow({ content }: Link, text: string | undefined): "changed" | "removed" | "put_in" | null {
  if (text === undefined) return content === noRow ? null : "removed";
  if (content === noRow) return "put_in";
  return sha256(text) === content ? null : "changed";
}

/** Those without a link last. */
function bySeq(a: FoundFault, b: FoundFault): number {
  return (a.seq ?? Number.POSITIVE_INFINITY) - (b.seq ?? Number.POSITIVE_INFINITY) || 0;
}

/** When the migration linked what was there before: no event tells of that. */
async function readBegin(sql: Executor): Promise<string> {
  const [row] = await sql<{ at: string }[]>`
    select to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at
    from schema_migration
    where name = '0023_record_chain'`;
  if (row === undefined) throw new Error("the database has no chain of records");
  return row.at;
}

async function compareHead(sql: Executor, plant: number, wanted: Head): Promise<FoundFault[]> {
  const [link] = await sql<{ digest: string }[]>`
    select encode(digest, 'hex') as digest from record_chain where plant_id = ${plant} and seq = ${wanted.seq}`;
  if (link === undefined) return [faultOfLinks("cut_off", wanted.seq)];
  return link.digest.startsWith(wanted.digest) ? [] : [faultOfLinks("other_head", wanted.seq)];
}
