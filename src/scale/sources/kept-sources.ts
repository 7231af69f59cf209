import type { Source } from "../../config/sources/source.ts";

/** A source that people have set, or had: as the database and the copy in the data folder keep it. */
export interface KeptSource {
  readonly name: string;
  /** Milliseconds since the epoch; later with each change of this source. */
  readonly changedAt: number;
  /** null: it was deleted. */
  readonly source: Source | null;
}

/** For so long a deletion is known: an appliance or a backup that is older brings its source back. */
const deletionKeptMs = 90 * 24 * 60 * 60 * 1000;

/** Whether all that is known of a source is a deletion that nobody needs to know any more. */
export function isForgotten({ source, changedAt }: KeptSource, now: number): boolean {
  return source === null && now - changedAt > deletionKeptMs;
}

/** Those that hold, by name. */
export function sourcesIn(kept: readonly KeptSource[]): Source[] {
  return kept
    .flatMap(({ source }) => (source === null ? [] : [source]))
    .sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
}

/** One source whatever its letters' case. */
export function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/**
 * Puts together what two places know of the same sources: of each what was changed later counts, also where that is its
 * deletion.
 *
 * @returns `all`, and `missing`: those of `own` that `others` lacks, or knows in an earlier state.
 */
export function mergeKept(
  own: readonly KeptSource[],
  others: readonly KeptSource[],
): { readonly all: KeptSource[]; readonly missing: KeptSource[] } {
  const byName = new Map(others.map((kept) => [kept.name.toLowerCase(), kept]));
  const missing = own.filter(({ name, changedAt }) => {
    const other = byName.get(name.toLowerCase());
    return other === undefined || changedAt > other.changedAt;
  });
  for (const kept of missing) byName.set(kept.name.toLowerCase(), kept);
  const all = [...byName].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, kept]) => kept);
  return { all, missing };
}
