import type { RejectReason } from "../weighing/reject-reason.ts";
import { type Unit, units } from "../weighing/units.ts";
import type { Entry, JournaledEntry, Print, WeighedEntry } from "./entry.ts";

/** A row of the table `entry`, as SQLite gives it. */
export interface EntryRow {
  readonly seq: number;
  readonly received_at: number;
  readonly remote_address: string;
  readonly uid: string | null;
  readonly station: string | null;
  readonly printed_scale: number | null;
  readonly weight: string | null;
  readonly unit: Unit | null;
  readonly repeat_suspected: number | null;
  readonly scale: number | null;
  readonly reason: RejectReason | null;
  readonly raw: Uint8Array;
  /** Not there in a journal of an early version. */
  readonly checksum?: number;
}

/** Every column of the table `entry`, in the order that they have there: statements and bytes of rows follow it. */
export const entryColumns = [
  "seq",
  "received_at",
  "remote_address",
  "uid",
  "station",
  "printed_scale",
  "weight",
  "unit",
  "repeat_suspected",
  "scale",
  "reason",
  "raw",
  "checksum",
] as const satisfies readonly (keyof EntryRow)[];

export type ColumnValue = string | number | Uint8Array | null;

/** What is bound to a statement that has a parameter for each of `entryColumns`. */
export function valuesOf(seq: number, entry: Entry): ColumnValue[] {
  const row = rowOf(seq, entry);
  return entryColumns.map((name) => row[name]);
}

/** A row that SQLite reads but that cannot have been written: its page is damaged. */
export class DamagedRow extends Error {
  override name = "DamagedRow";
}

const uidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const unitNames: ReadonlySet<string> = new Set(units);
const weightForm = /^\d+(\.\d+)?$/;

function rowOf(seq: number, entry: Entry): Required<EntryRow> {
  const common = {
    seq,
    received_at: entry.receivedAt,
    remote_address: entry.remoteAddress,
    scale: entry.scale,
    raw: Buffer.from(entry.raw, "latin1"),
    checksum: checksumOf(seq, entry),
  };
  if (entry.kind === "rejected") {
    return {
      ...common,
      uid: entry.ofUid,
      station: null,
      printed_scale: null,
      weight: entry.print?.weight ?? null,
      unit: entry.print?.unit ?? null,
      repeat_suspected: entry.frames > 1 ? entry.frames - 1 : null,
      reason: entry.reason,
    };
  }
  return {
    ...common,
    uid: entry.uid,
    station: entry.station,
    printed_scale: entry.printedScale,
    weight: entry.weight,
    unit: entry.unit,
    repeat_suspected: marksOf(entry),
    reason: null,
  };
}

/** A bag's marks in one number: 1 for a suspected repeat, 2 where it is in doubt, and 4 where its weight is gross. */
export function marksOf(bag: Pick<WeighedEntry, "repeatSuspected" | "doubt" | "gross">): number {
  return (bag.repeatSuspected ? 1 : 0) + (bag.doubt === "repeats" ? 2 : 0) + (bag.gross ? 4 : 0);
}

/** CRC-32 over everything that an entry is, under its number. */
export function checksumOf(seq: number, entry: Entry): number {
  const { kind, receivedAt, remoteAddress, scale, raw } = entry;
  const own =
    kind === "rejected"
      ? // As an older version wrote it, where it stands for itself alone and is no check.
        `${entry.reason}${entry.frames > 1 ? `\n${entry.frames}` : ""}${entry.ofUid === null ? "" : `\n${entry.ofUid}`}${entry.print === null ? "" : `\n${entry.print.weight}\n${entry.print.unit}`}`
      : `${entry.uid}\n${entry.station}\n${entry.printedScale}\n${entry.weight}\n${entry.unit}\n${entry.repeatSuspected}${entry.doubt === null ? "" : `\n${entry.doubt}`}${entry.gross ? "\ngross" : ""}`;
  return Bun.hash.crc32(`${kind}\n${seq}\n${receivedAt}\n${remoteAddress}\n${scale}\n${own}\n${raw}`);
}

/**
 * The entry of a row.
 *
 * @throws DamagedRow where a column holds what was never put there: SQLite does not notice a changed byte in a page's
 * content.
 */
export function entryOf(row: EntryRow): JournaledEntry {
  const entry = contentOf(row);
  if (row.checksum !== undefined && row.checksum !== checksumOf(entry.seq, entry)) {
    throw new DamagedRow(`journal entry ${entry.seq} is not what was written`);
  }
  return entry;
}

function contentOf(row: EntryRow): JournaledEntry {
  const { seq, scale, uid, station, printed_scale: printedScale, reason } = row;
  if (
    !isCount(seq) ||
    !isCount(row.received_at) ||
    typeof row.remote_address !== "string" ||
    !(row.raw instanceof Uint8Array) ||
    !(scale === null || isCount(scale))
  ) {
    throw new DamagedRow(`journal entry ${seq} is damaged`);
  }
  const common = {
    seq,
    receivedAt: row.received_at,
    remoteAddress: row.remote_address,
    raw: Buffer.from(row.raw).toString("latin1"),
  };
  if (typeof reason === "string") {
    const more = row.repeat_suspected ?? 0;
    if (!isCount(more)) throw new DamagedRow(`journal entry ${seq} is damaged`);
    if (uid !== null && !(typeof uid === "string" && uidForm.test(uid))) {
      throw new DamagedRow(`journal entry ${seq} belongs to something that cannot be`);
    }
    const print = printOf(row);
    return { ...common, kind: "rejected", scale, reason, frames: 1 + more, ofUid: uid, print };
  }
  const print = printOf(row);
  if (
    reason !== null ||
    typeof uid !== "string" ||
    !uidForm.test(uid) ||
    typeof station !== "string" ||
    !isCount(printedScale) ||
    print === null ||
    scale === null
  ) {
    throw new DamagedRow(`journal entry ${seq} is neither a bag nor a rejected frame`);
  }
  const mark = row.repeat_suspected ?? 0;
  const marks = {
    gross: (mark & 4) !== 0,
    repeatSuspected: (mark & 1) !== 0,
    doubt: (mark & 2) !== 0 ? ("repeats" as const) : null,
  };
  return { ...common, kind: "weighed", uid, station, scale, printedScale, ...print, ...marks };
}

/** null: none, as in most rejected frames. @throws DamagedRow */
function printOf({ seq, weight, unit }: EntryRow): Print | null {
  if (weight === null && unit === null) return null;
  if (typeof weight !== "string" || !weightForm.test(weight) || unit === null || !unitNames.has(unit)) {
    throw new DamagedRow(`journal entry ${seq} has a weight that cannot be one`);
  }
  return { weight, unit };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
