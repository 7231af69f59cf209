import { type Entry, framesOf, type JournaledEntry } from "./entry.ts";

/** Reading them back from the file takes a tenth of the time that a single bag takes. */
const newestLimit = 256;

/** The newest entries, which are given from memory. */
export interface NewestEntries {
  /** Takes entries that were written after number `lastSeq`. */
  add(entries: readonly Entry[], lastSeq: number): void;
  /** @returns null where the file has to be asked. */
  read(afterSeq: number, limit: number): JournaledEntry[] | null;
  clear(): void;
}

export function createNewestEntries(): NewestEntries {
  /** Without gaps, up to the last one written; empty after a flood. */
  let newest: JournaledEntry[] = [];
  return {
    add(entries, lastSeq) {
      if (newest.length + entries.length > newestLimit) newest = [];
      // Under load the recorder is far behind, and reads the file.
      if (entries.length > newestLimit) return;
      let seq = lastSeq;
      for (const entry of entries) {
        seq += framesOf(entry);
        newest.push({ ...entry, seq });
      }
    },
    read(afterSeq, limit) {
      const [first] = newest;
      if (first === undefined || afterSeq < first.seq - framesOf(first)) return null;
      const from = newest.findIndex(({ seq }) => seq > afterSeq);
      return from < 0 ? [] : newest.slice(from, from + limit);
    },
    clear() {
      newest = [];
    },
  };
}
