import type { Database } from "bun:sqlite";

/**
 * Numbers of entries that came from another journal, or from this one under an id that is lost. Postgres may have their
 * bags under other numbers, so the watermark does not apply to them.
 */
export interface Adopted {
  /** They lie behind this number. */
  readonly after: number;
  readonly through: number;
}

interface AdoptedRow {
  readonly adopted_after?: unknown;
  readonly adopted_through?: unknown;
}

/** The range that holds all of them; null where there are none. */
export function readAdopted(db: Database): Adopted | null {
  const row = db.query<AdoptedRow, []>("select * from journal").get();
  const { adopted_after: after, adopted_through: through } = row ?? {};
  return typeof after === "number" && typeof through === "number" ? { after, through } : null;
}

/** Adds numbers to the range. */
export function saveAdopted(db: Database, { after, through }: Adopted): void {
  db.run(
    `update journal set
      adopted_after = min(?, coalesce(adopted_after, ?)),
      adopted_through = max(?, coalesce(adopted_through, ?))`,
    [after, after, through, through],
  );
}
