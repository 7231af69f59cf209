import type { WeighedEntry } from "../journal/entry.ts";
import { marksOf } from "../journal/entry-row.ts";

type Bag = Omit<WeighedEntry, "kind" | "remoteAddress">;

/** The bags of a batch, as `record-bags.sql` takes them: what many have in common is said once, as a line. */
export interface BagColumns {
  /** Takes the next one, in the order of weighing. */
  add(seq: number, bag: Bag): void;
  /** Single parameters of the statement: lines, and when the first bag was weighed. */
  readonly values: ReturnType<typeof valuesOf> & { readonly bags: number; readonly earliest_ms: number };
  /** An element a bag. */
  readonly columns: ReturnType<typeof newColumns>;
}

interface Station {
  /** Bags of it so far that may count for a job. */
  bags: number;
  /** When they were weighed, in milliseconds since the epoch. As long as there are none, the first is behind the last. */
  earliest: number;
  latest: number;
}

interface Line {
  readonly number: number;
  readonly bag: Bag;
  readonly station: Station;
}

export function createBagColumns(): BagColumns {
  const columns = newColumns();
  const stations = new Map<string, Station>();
  const lines = new Map<string, Line>();
  let earliest = Number.MAX_SAFE_INTEGER;

  function stationOf(name: string): Station {
    let station = stations.get(name);
    if (station === undefined) {
      station = { bags: 0, earliest: Number.POSITIVE_INFINITY, latest: Number.NEGATIVE_INFINITY };
      stations.set(name, station);
    }
    return station;
  }

  function lineOf(bag: Bag): Line {
    const key = `${bag.scale} ${bag.printedScale} ${marksOf(bag)} ${bag.unit} ${bag.station}`;
    let line = lines.get(key);
    if (line === undefined) {
      line = { number: lines.size + 1, bag, station: stationOf(bag.station) };
      lines.set(key, line);
    }
    return line;
  }

  /** A bag that may count for a job. @returns its place among those of its station. */
  function placeAt(station: Station, at: number): number {
    station.earliest = Math.min(station.earliest, at);
    station.latest = Math.max(station.latest, at);
    return ++station.bags;
  }

  return {
    add(seq, bag) {
      const { number, station } = lineOf(bag);
      columns.seq.push(seq);
      columns.uid.push(bag.uid);
      columns.line.push(number);
      columns.place.push(bag.doubt === null ? placeAt(station, bag.receivedAt) : 0);
      columns.weight.push(bag.weight);
      columns.weighed_ms.push(bag.receivedAt);
      columns.raw.push(bag.raw);
      earliest = Math.min(earliest, bag.receivedAt);
    },
    get values() {
      return { ...valuesOf([...lines.values()]), bags: columns.seq.length, earliest_ms: earliest };
    },
    columns,
  };
}

function valuesOf(lines: readonly Line[]) {
  return {
    line_stations: lines.map(({ bag }) => bag.station),
    line_units: lines.map(({ bag }) => bag.unit),
    line_scales: lines.map(({ bag }) => bag.scale),
    line_printed_scales: lines.map(({ bag }) => bag.printedScale),
    line_marks: lines.map(({ bag }) => marksOf(bag)),
    line_earliest_ms: lines.map(({ station }) => station.earliest),
    line_latest_ms: lines.map(({ station }) => station.latest),
  };
}

function newColumns() {
  return {
    seq: [] as number[],
    uid: [] as string[],
    line: [] as number[],
    place: [] as number[],
    weight: [] as string[],
    weighed_ms: [] as number[],
    raw: [] as string[],
  };
}
