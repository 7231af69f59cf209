import { constants, Database } from "bun:sqlite";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { rowBytesMost } from "./carve.ts";
import { emptyJournal, pageSize } from "./layout.ts";
import { isLogForeign } from "./log-check.ts";

const pieceBytes = 4 * 1024 * 1024;
/** Of the file's beginning so much is read with another first page: all tables begin there, and all but one end there. */
const headBytes = 4 * 1024 * 1024;

/** A damaged journal, as far as anything can be read of it. */
export interface DamagedJournal {
  /** Those that could be opened; what cannot be read through the first may be readable through the next. */
  readonly databases: readonly Database[];
  /** All bytes of the file and of its log. Each piece begins with the end of the one before, so that no row is cut. */
  pieces(): Generator<Uint8Array>;
  close(): void;
}

/**
 * Opens a damaged journal for reading. Nothing of it is changed.
 *
 * @param connection an open one, where there is one: it still reads a file that was deleted. `close` closes it.
 */
export function openDamaged(path: string, connection: Database | null = null): DamagedJournal {
  const isAlone = connection === null && isLogForeign(path);
  const databases = [connection ?? openReadOnly(path, isAlone), openHead(path)].filter((db) => db !== null);
  return {
    databases,
    *pieces() {
      yield* piecesOf(path);
      if (!isAlone) yield* piecesOf(`${path}-wal`);
    },
    close() {
      for (const db of databases) db.close(true);
    },
  };
}

/** @param isAlone leaves out its log. @returns null where it is no database. */
function openReadOnly(path: string, isAlone: boolean): Database | null {
  // SQLite would delete the log of an empty file.
  if (sizeOf(path) < pageSize) return null;
  const url = `${pathToFileURL(path).href}${isAlone ? "?immutable=1" : ""}`;
  try {
    const db = new Database(url, constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI);
    // Otherwise SQLite refuses a file that is shorter than its header says.
    db.run("pragma writable_schema = on");
    return db;
  } catch {
    return null;
  }
}

/**
 * The beginning of the file with the first page that a new journal has. The first page says where the tables are;
 * every journal is made by the same statements, so it is the same in all, and where it is damaged the settings of scales
 * and how far Postgres is can still be read.
 */
function openHead(path: string): Database | null {
  const head = Buffer.from(firstPiece(path));
  if (head.length < pageSize) return null;
  const pristine = emptyJournal();
  pristine.serialize().copy(head, 0, 0, pageSize);
  pristine.close(true);
  // How many pages there are. It counts where both change counters are the same.
  head.writeUInt32BE(Math.floor(head.length / pageSize), 28);
  head.writeUInt32BE(head.readUInt32BE(24), 92);
  try {
    return Database.deserialize(head, { readonly: true });
  } catch {
    return null;
  }
}

function firstPiece(path: string): Uint8Array {
  for (const piece of piecesOf(path)) return piece.slice(0, headBytes - (headBytes % pageSize));
  return new Uint8Array();
}

function* piecesOf(path: string): Generator<Uint8Array> {
  if (sizeOf(path) === 0) return;
  const fd = openSync(path, "r");
  try {
    const piece = new Uint8Array(rowBytesMost + pieceBytes);
    let kept = 0;
    for (;;) {
      const read = readSync(fd, piece, kept, pieceBytes, null);
      if (read === 0) return;
      const length = kept + read;
      yield piece.subarray(0, length);
      kept = Math.min(length, rowBytesMost);
      piece.copyWithin(0, length - kept, length);
    }
  } finally {
    closeSync(fd);
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
