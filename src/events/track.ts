/**
 * Which ids a client has been sent.
 *
 * Ids are given when a row is inserted, and seen when it is committed. With more than one writer (the recorder,
 * `scan_bag`) a lower id may therefore appear a moment after a higher one: "everything up to 105" may be wrong. So a
 * track is the highest id sent, and the holes below it that may still be filled.
 */
export interface Track {
  /** The highest id sent; null until the first one is known. */
  readonly through: number | null;
  /** Ids below that were not sent and may still come. */
  readonly holes: readonly Hole[];
  /** Notes an id as sent; false where it was sent before. */
  take(id: number): boolean;
  /** Where a client without a past begins: behind the newest id of that moment. */
  startAt(newest: number): void;
  /** The form that the client sends back: `105`, or `105!100-102,104-104`. */
  toString(): string;
}

export interface Hole {
  readonly from: number;
  readonly to: number;
}

/** No statement runs longer than 60 s, no transaction idles longer than 30 s: after that a hole stays empty. */
const holeMs = 120_000;
/** Bounds the cursor's length; a hole beyond it is the oldest one, and the least likely to be filled. */
const holesMax = 40;

/** Matches what `toString` gives. */
export const trackPattern = "\\d{0,16}(?:!\\d{1,16}-\\d{1,16}(?:,\\d{1,16}-\\d{1,16}){0,39})?";

export function createTrack(cursor: string, now: () => number): Track {
  const [highest = "", list = ""] = cursor.split("!");
  let through = highest === "" ? null : Number(highest);
  /** Ids up to here are not owed to a client that began without a cursor. */
  let floor = 0;
  let holes = list.split(",").flatMap((text) => readHole(text, now()));

  function isPossible(hole: { readonly since: number }): boolean {
    const age = now() - hole.since;
    return age >= 0 && age < holeMs;
  }

  function addHole(from: number, to: number): void {
    holes.push({ from, to, since: now() });
    holes = holes.filter(isPossible).slice(-holesMax);
  }

  /** Takes an id out of the hole that it was in. */
  function fill(id: number): boolean {
    const hole = holes.find(({ from, to }) => from <= id && id <= to);
    if (hole === undefined) return false;
    const { from, to, since } = hole;
    const rest = [
      { from, to: id - 1, since },
      { from: id + 1, to, since },
    ].filter((part) => part.from <= part.to);
    holes = holes.flatMap((each) => (each === hole ? rest : [each])).slice(-holesMax);
    return true;
  }

  return {
    get through() {
      return through;
    },
    get holes() {
      return holes.filter(isPossible);
    },
    take(id) {
      if (through === null) {
        through = id;
        floor = id;
        return true;
      }
      if (id <= through) return fill(id) || id < floor;
      if (id > through + 1) addHole(through + 1, id - 1);
      through = id;
      return true;
    },
    startAt(newest) {
      if (through !== null) return;
      through = newest;
      floor = newest + 1;
    },
    toString() {
      const open = holes.filter(isPossible).map(({ from, to }) => `${from}-${to}`);
      return `${through ?? ""}${open.length > 0 ? `!${open.join(",")}` : ""}`;
    },
  };
}

function readHole(text: string, since: number) {
  const [from = Number.NaN, to = Number.NaN] = text.split("-").map(Number);
  return from <= to ? [{ from, to, since }] : [];
}
