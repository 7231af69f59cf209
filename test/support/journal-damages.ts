import { framesOfRun, logFrameBytes, logHeaderBytes, pageBytes } from "./journal-log.ts";

/** The files of a journal as they lie on the disk; null where there is none. */
export interface JournalFiles {
  db: Buffer;
  log: Buffer | null;
  shm: Buffer | null;
}

/** Changes the files. @returns false where there is nothing to damage in this way. */
export type Damage = (files: JournalFiles) => boolean;

/** The ways in which disks and people damage journals. @param foreignLog of another journal. */
export function journalDamages(
  random: () => number,
  foreignLog: Buffer | null,
): Readonly<Record<string, Damage>> {
  const below = (limit: number) => Math.floor(random() * Math.max(1, limit));

  function flip(bytes: Buffer, at: number): void {
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << below(8)), at);
  }

  /** Overwrites one block, at a multiple of its length. */
  function overwrite(bytes: Buffer, length: number, byte: () => number, end = bytes.length): void {
    const from = Math.floor(below(end) / length) * length;
    for (let at = from; at < Math.min(bytes.length, from + length); at++) bytes[at] = byte();
  }
  const zero = () => 0;
  const noise = () => below(256);

  const inFile =
    (change: (db: Buffer, files: JournalFiles) => void): Damage =>
    (files) => {
      change(files.db, files);
      return true;
    };
  const inLog =
    (change: (log: Buffer, end: number, files: JournalFiles) => void): Damage =>
    (files) => {
      const end = files.log === null ? 0 : endOfRun(files.log);
      if (files.log === null || end <= logHeaderBytes) return false;
      change(files.log, end, files);
      return true;
    };

  return {
    "file: 1 bit": inFile((db) => flip(db, below(db.length))),
    "file: 8 bits": inFile((db) => {
      for (let nth = 0; nth < 8; nth++) flip(db, below(db.length));
    }),
    "file: 512 B zeros": inFile((db) => overwrite(db, 512, zero)),
    "file: 4 KiB zeros": inFile((db) => overwrite(db, pageBytes, zero)),
    "file: 4 KiB noise": inFile((db) => overwrite(db, pageBytes, noise)),
    "file: 64 KiB zeros": inFile((db) => overwrite(db, 16 * pageBytes, zero)),
    "file: page in another's place": inFile((db) => {
      const from = below(db.length / pageBytes) * pageBytes;
      db.copy(db, below(db.length / pageBytes) * pageBytes, from, from + pageBytes);
    }),
    "file: page torn": inFile((db) => {
      const page = below(db.length / pageBytes) * pageBytes;
      db.fill(0, page + 512 * (1 + below(7)), page + pageBytes);
    }),
    "file: cut off": inFile((db, files) => {
      files.db = db.subarray(0, below(db.length));
    }),
    "file: partly copied, no log": inFile((db, files) => {
      files.db = db.fill(0, below(db.length));
      files.log = null;
      files.shm = null;
    }),
    "file: emptied": inFile((_, files) => {
      files.db = Buffer.alloc(0);
    }),
    "first page: 1 bit": inFile((db) => flip(db, below(pageBytes))),
    "first page: 512 B zeros": inFile((db) => overwrite(db, 512, zero, pageBytes)),
    "first page: zeros": inFile((db) => db.fill(0, 0, pageBytes)),
    "table's first page: zeros": (files) => {
      // Of a young journal it lies in the log.
      if (files.db.length < 8 * pageBytes) return false;
      files.db.fill(0, 2 * pageBytes, 3 * pageBytes);
      return true;
    },
    "log: 1 bit": inLog((log, end) => flip(log, below(end))),
    "log: header, 1 bit": inLog((log) => flip(log, below(logHeaderBytes))),
    "log: 512 B zeros": inLog((log, end) => overwrite(log, 512, zero, end)),
    "log: 4 KiB zeros": inLog((log, end) => overwrite(log, pageBytes, zero, end)),
    "log: cut off": inLog((log, end, files) => {
      files.log = log.subarray(0, below(end));
    }),
    "log: last page torn": inLog((log, end, files) => {
      const last = Buffer.from(log.subarray(end - logFrameBytes, end));
      files.log = Buffer.concat([log.subarray(0, end), last.fill(0x77, 24 + 512)]);
    }),
    "log: lost": inLog((_, __, files) => {
      files.log = null;
      files.shm = null;
    }),
    "log: of another journal": inLog((_, __, files) => {
      files.log = foreignLog === null ? null : Buffer.from(foreignLog);
    }),
    "shm: lost": inLog((_, __, files) => {
      files.shm = null;
    }),
    "shm: noise": inLog((_, __, files) => {
      if (files.shm !== null) files.shm = files.shm.map(noise) as Buffer;
    }),
  };
}

function endOfRun(log: Buffer): number {
  return logHeaderBytes + framesOfRun(log).length * logFrameBytes;
}
