/**
 * The candidates that a mistyped `word` may have meant, best first, at most three.
 * First by spelling (at most a third of the letters differ); else those that hold all of its parts
 * (`PREPUFF_PORT` → `PREPUFF_SCALE_PORT`, `PREPUFF_HTTP_PORT`; `PREPUFF_DATABASE_URL` → `DATABASE_URL`).
 */
function suggest(word: string, candidates: readonly string[]): string[] {
  const wanted = word.toLowerCase();
  // A name beyond any candidate's length cannot be a slip, and the distance is quadratic in it.
  if (wanted.length > 64) return [];
  const near = candidates
    .map((candidate) => ({ candidate, distance: distance(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, distance: d }) => d <= Math.max(1, Math.floor(spelledLength(candidate) / 3)))
    .sort((a, b) => a.distance - b.distance);
  const best = near[0];
  if (best !== undefined) {
    return near
      .filter(({ distance: d }) => d === best.distance)
      .map(({ candidate }) => candidate)
      .slice(0, 3);
  }
  const parts = wanted.split(/[_-]/).filter((part) => part !== "" && part !== "prepuff");
  return candidates
    .filter((candidate) => {
      const has = candidate.toLowerCase().split(/[_-]/);
      return parts.length > 0 && parts.every((part) => has.includes(part));
    })
    .slice(0, 3);
}

/** ` Did you mean A or B?`, or an empty text when nothing is near. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const found = suggest(word, candidates);
  return found.length === 0 ? "" : `Did you mean ${found.join(" or ")}?`;
}

/** The shared prefix is always spelled right, so it must not make short names look alike. */
function spelledLength(name: string): number {
  return name.replace(/^PREPUFF_/, "").length;
}

/** Damerau-Levenshtein (optimal string alignment): a swap of two neighbours counts once. */
function distance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(at(previous, j) + 1, at(row, j - 1) + 1, at(previous, j - 1) + (same ? 0 : 1));
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, at(beforePrevious, j - 2) + 1);
      row.push(cost);
    }
    beforePrevious = previous;
    previous = row;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
