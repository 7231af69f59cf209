import { constants, Database } from "bun:sqlite";
import { statSync } from "node:fs";
import { type Adopted, readAdopted } from "./adopted.ts";
import { type Entry, framesOf, type JournaledEntry } from "./entry.ts";
import { type ColumnValue, type EntryRow, entryColumns, entryOf, valuesOf } from "./entry-row.ts";
import { DamagedLayout, isEmpty, isLayoutSound } from "./layout.ts";
import { type Mark, markWriter, readMark } from "./mark.ts";
import { addNewColumns } from "./new-columns.ts";
import schema from "./schema.sql" with { type: "text" };

/**
 * Pages of 4 KiB: 8 GiB, room for some 50 million frames. Beyond it the journal is full. Recorded entries are not kept
 * for the last tenth of it.
 */
const maxPages = 2 * 1024 * 1024;

export interface ScaleSetting {
  readonly scale: number;
  /** null: as configured. */
  readonly station: string | null;
  /** null: as configured. */
  readonly enabled: boolean | null;
  /** The scale that it stands in for; itself: none. null: as configured. */
  readonly aliasOf: number | null;
  /** It weighs the bag with what is in it. */
  readonly weighsGross: boolean;
}

/** The journal's SQLite file: statements, no state. Every call may throw what SQLite throws. */
export interface JournalFile {
  readonly db: Database;
  readonly id: string;
  /** The last number ever given, 0 at first. */
  lastSeq(): number;
  /** The first number that the first entry takes. */
  firstSeq(): number | null;
  /** How far it is recorded in PostgreSQL; null if not known. */
  mark(): Mark | null;
  /**
   * In one transaction: adds entries under the numbers after `lastSeq`, removes those up to `removeThrough`, and keeps
   * the mark and the text of what is counted. Nulls change nothing.
   */
  write(
    lastSeq: number,
    entries: readonly Entry[],
    removeThrough: number | null,
    mark: Mark | null,
    counted: string | null,
  ): void;
  /** The text of what is counted; null: never any. */
  counted(): string | null;
  /** Those that were brought here from another journal; null: none. */
  adopted(): Adopted | null;
  /** Adds an entry under its own number, unless that is taken. @returns whether it was added. */
  insert(entry: JournaledEntry): boolean;
  read(afterSeq: number, limit: number): JournaledEntry[];
  oldestAfter(seq: number): number | null;
  remove(throughSeq: number): void;
  saveMark(mark: Mark): void;
  /** Whether so much of what a journal may take is in use that it has to free room. */
  isNearlyFull(): boolean;
  /** Checkpoints the write-ahead log into the file, and truncates it. */
  truncateLog(): void;
  /** Moves the numbers from `from` on up by `shift`; `last` becomes the last number given. */
  renumber(from: number, shift: number, last: number): void;
  /** Says which number was the last one given. */
  setLastSeq(last: number): void;
  scaleSettings(): ScaleSetting[];
  saveScaleSetting(setting: ScaleSetting): void;
  /** Whether the paths of the file and its log still lead to what is open. */
  isInPlace(): boolean;
  close(): void;
}

/**
 * Opens the file, or makes it.
 *
 * @param options.id is for a file that has none yet.
 * @param options.mayBeEmpty with false an empty file is a damaged one: SQLite would make it a new journal, in silence.
 * @param options.draft makes a file that counts only when it is whole: as fast as it goes, without safety.
 */
export function openFile(
  path: string,
  options: { id: string; createdAt: number; mayBeEmpty: boolean; draft?: boolean },
): JournalFile {
  const db = new Database(path, { create: true, strict: true });
  try {
    db.run(`pragma journal_mode = ${options.draft ? "memory" : "wal"}`);
    db.run(`pragma synchronous = ${options.draft ? "off" : "full"}`);
    db.run("pragma cell_size_check = on");
    db.run(`pragma max_page_count = ${maxPages}`);
    if (!isEmpty(db)) {
      if (!isLayoutSound(db)) throw new DamagedLayout("the tables are not where every journal has them");
    } else if (!options.mayBeEmpty) throw new DamagedLayout("the file is empty");
    // In one: a power cut leaves all tables or none.
    db.transaction(() => {
      db.run(schema);
      addNewColumns(db);
    }).immediate();
    db.run("insert into journal (id, created_at) select ?, ? where not exists (select 1 from journal)", [
      options.id,
      options.createdAt,
    ]);
    return fileOn(db, path);
  } catch (error) {
    // Nothing of a damaged journal is deleted, its log neither.
    db.fileControl(constants.SQLITE_FCNTL_PERSIST_WAL, 1);
    db.close(true);
    throw error;
  }
}

function fileOn(db: Database, path: string): JournalFile {
  const id = db.query<{ id: string }, []>("select id from journal").get()?.id ?? "";
  // Written to, all of them are there.
  const opened = filesOf(path).map(placeOf);
  const parameters = entryColumns.map(() => "?").join(", ");
  const insertInto = (verb: string) =>
    db.prepare<unknown, ColumnValue[]>(
      `${verb} into entry (${entryColumns.join(", ")}) values (${parameters})`,
    );
  const insert = insertInto("insert");
  const insertNew = insertInto("insert or ignore");
  const select = db.prepare<EntryRow, [number, number]>(
    "select * from entry where seq > ? order by seq limit ?",
  );
  const firstNumber = db.prepare<{ seq: number }, []>(
    `select seq - case when reason is null then 0 else coalesce(repeat_suspected, 0) end as seq
    from entry order by entry.seq limit 1`,
  );
  const oldest = db.prepare<{ received_at: number }, [number]>(
    "select received_at from entry where seq > ? order by seq limit 1",
  );
  const setCounted = db.prepare<unknown, [string]>("update journal set counted = ?");
  const remove = db.prepare<unknown, [number]>("delete from entry where seq <= ?");
  const saveMark = markWriter(db);
  const writeAll = db.transaction(
    (
      lastSeq: number,
      entries: readonly Entry[],
      removeThrough: number | null,
      mark: Mark | null,
      counted: string | null,
    ) => {
      let seq = lastSeq;
      for (const entry of entries) {
        seq += framesOf(entry);
        insert.run(...valuesOf(seq, entry));
      }
      if (counted !== null) setCounted.run(counted);
      if (removeThrough !== null) remove.run(removeThrough);
      if (mark !== null) saveMark(mark);
    },
  );

  function setLastSeq(last: number): void {
    const { changes } = db.run("update sqlite_sequence set seq = ? where name = 'entry'", [last]);
    if (changes === 0) db.run("insert into sqlite_sequence (name, seq) values ('entry', ?)", [last]);
  }

  return {
    db,
    id,
    lastSeq: () =>
      db.query<{ seq: number }, []>("select seq from sqlite_sequence where name = 'entry'").get()?.seq ?? 0,
    firstSeq: () => firstNumber.get()?.seq ?? null,
    mark: () => readMark(db),
    write: (lastSeq, entries, removeThrough, mark, counted) =>
      writeAll.immediate(lastSeq, entries, removeThrough, mark, counted),
    counted: () =>
      db.query<{ counted: string | null }, []>("select counted from journal").get()?.counted ?? null,
    adopted: () => readAdopted(db),
    insert: (entry) => insertNew.run(...valuesOf(entry.seq, entry)).changes > 0,
    read: (afterSeq, limit) => select.all(afterSeq, limit).map(entryOf),
    oldestAfter: (seq) => oldest.get(seq)?.received_at ?? null,
    remove: (throughSeq) => void remove.run(throughSeq),
    saveMark,
    isNearlyFull: () => usedPages(db) > maxPages * 0.9,
    truncateLog: () => void db.query("pragma wal_checkpoint(truncate)").all(),
    renumber(from, shift, last) {
      db.transaction(() => {
        // From the highest down: its new number is free, and so is the next one's.
        const highest = db.prepare<EntryRow, [number, number]>(
          "select * from entry where seq between ? and ? order by seq desc limit 1",
        );
        for (let row = highest.get(from, last); row !== null; row = highest.get(from, row.seq - 1)) {
          const entry = entryOf(row);
          db.run("delete from entry where seq = ?", [row.seq]);
          insert.run(...valuesOf(row.seq + shift, entry));
        }
        setLastSeq(last);
        db.run("update journal set adopted_through = adopted_through + ? where adopted_through >= ?", [
          shift,
          from,
        ]);
      }).immediate();
    },
    setLastSeq,
    scaleSettings: () => readScaleSettings(db),
    saveScaleSetting({ scale, station, enabled, aliasOf, weighsGross }) {
      db.run(
        `insert into scale_setting (scale, station, enabled, alias_of, weighs_gross) values (?, ?, ?, ?, ?)
        on conflict (scale) do update set
          station = excluded.station, enabled = excluded.enabled, alias_of = excluded.alias_of,
          weighs_gross = excluded.weighs_gross`,
        [scale, station, enabled === null ? null : Number(enabled), aliasOf, Number(weighsGross)],
      );
    },
    isInPlace: () => filesOf(path).every((file, index) => placeOf(file) === opened[index]),
    // With `true`: else a statement that is not collected yet keeps the file open, and its log is deleted much later.
    close: () => db.close(true),
  };
}

function usedPages(db: Database): number {
  const row = db
    .query<{ used: number }, []>(
      "select page_count - freelist_count as used from pragma_page_count(), pragma_freelist_count()",
    )
    .get();
  return row?.used ?? 0;
}

/** SQLite also continues to write to a deleted log. */
function filesOf(path: string): string[] {
  return [path, `${path}-wal`, `${path}-shm`];
}

/** A value that changes when another file gets the name; null if there is none. */
function placeOf(path: string): string | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? null : `${stats.dev}:${stats.ino}`;
}

interface SettingRow {
  readonly scale: number;
  readonly station: string | null;
  readonly enabled: number | null;
  /** Not in a journal of an older version; in a damaged one it may be anything. */
  readonly alias_of?: unknown;
  readonly weighs_gross?: unknown;
}

function isScaleId(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}

export function readScaleSettings(db: Database): ScaleSetting[] {
  return db
    .query<SettingRow, []>("select * from scale_setting")
    .all()
    .map(({ scale, station, enabled, alias_of: aliasOf, weighs_gross: weighsGross }) => ({
      scale,
      station,
      enabled: enabled === null ? null : enabled === 1,
      aliasOf: isScaleId(aliasOf) ? aliasOf : null,
      weighsGross: weighsGross === 1,
    }));
}
