/** How long recorded entries stay in the journal, in case PostgreSQL falls back to an earlier state. */
export interface KeepLimits {
  /** Milliseconds since Postgres said that they are recorded; 0: they leave at once. */
  readonly ageMs: number;
  readonly entries: number;
}

/** Marks of the time in one age: entries stay at most this part of it longer. */
const marksPerAge = 360;

/**
 * Decides which recorded entries may be removed. Their age counts only while PostgreSQL confirms that it has them: in
 * an outage no entry gets too old.
 */
export interface Kept {
  /**
   * PostgreSQL has just confirmed that everything up to a number is recorded.
   *
   * @param now milliseconds of a monotonic clock.
   */
  confirm(recordedThrough: number, now: number): void;
  /** Entries after a number are not recorded any more. */
  takeBack(recordedThrough: number): void;
  /** Everything up to this number may go. */
  readonly freeThrough: number;
}

export function createKept(limits: KeepLimits): Kept {
  const spacingMs = limits.ageMs / marksPerAge;
  /** Everything up to a number had been recorded at a time; both rise. */
  let marks: { readonly through: number; readonly at: number }[] = [];
  let freeThrough = 0;
  return {
    confirm(recordedThrough, now) {
      const last = marks.at(-1);
      if (last === undefined || (recordedThrough > last.through && now - last.at >= spacingMs)) {
        marks.push({ through: recordedThrough, at: now });
      }
      while (marks[0] !== undefined && marks[0].at <= now - limits.ageMs) {
        freeThrough = Math.max(freeThrough, marks.shift()?.through ?? 0);
      }
      freeThrough = Math.max(freeThrough, recordedThrough - limits.entries);
    },
    takeBack(recordedThrough) {
      marks = marks.filter(({ through }) => through <= recordedThrough);
      freeThrough = Math.min(freeThrough, recordedThrough);
    },
    get freeThrough() {
      return freeThrough;
    },
  };
}
