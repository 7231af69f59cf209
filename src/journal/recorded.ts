import type { Mark } from "./mark.ts";

const markEveryMs = 250;

/** How far the journal is recorded in PostgreSQL, as last confirmed, and how far that is written in the file. */
export interface Recorded {
  /** Everything up to this number is in Postgres. */
  readonly through: number;
  /** Everything up to this number has been there once. */
  readonly ever: number;
  readonly mark: Mark;
  /** The mark, where the file has another one. */
  readonly unsavedMark: Mark | null;
  /** As `unsavedMark`, but not with every commit: what was recorded since is asked for at a start, and that is quick. */
  readonly dueMark: Mark | null;
  saved(mark: Mark): void;
  /** Postgres has everything up to a number. */
  raise(throughSeq: number): void;
  /** Postgres lost what lies behind a number. */
  lower(throughSeq: number): void;
  /** The numbers behind it are new ones, and Postgres has had none of them. */
  restart(throughSeq: number): void;
}

/**
 * @param found the mark that the file has. What was recorded after it was kept is compared with Postgres.
 * @param bounds of `through`: what has left the file was recorded, and what was never given was not.
 */
export function createRecorded(found: Mark | null, bounds: { least: number; most: number }): Recorded {
  let through = Math.min(bounds.most, Math.max(bounds.least, found?.recordedThrough ?? 0));
  let ever = Math.max(through, found?.everRecorded ?? 0);
  let savedMark = found;
  let savedAt = 0;

  function unsavedMark(): Mark | null {
    const mark = { recordedThrough: through, everRecorded: ever };
    return Bun.deepEquals(mark, savedMark) ? null : mark;
  }

  return {
    get through() {
      return through;
    },
    get ever() {
      return ever;
    },
    get mark() {
      return { recordedThrough: through, everRecorded: ever };
    },
    get unsavedMark() {
      return unsavedMark();
    },
    get dueMark() {
      return performance.now() - savedAt >= markEveryMs ? unsavedMark() : null;
    },
    saved(mark) {
      savedMark = mark;
      savedAt = performance.now();
    },
    raise(throughSeq) {
      through = Math.max(through, throughSeq);
      ever = Math.max(ever, through);
    },
    lower(throughSeq) {
      through = Math.min(through, throughSeq);
    },
    restart(throughSeq) {
      through = throughSeq;
      ever = throughSeq;
    },
  };
}
