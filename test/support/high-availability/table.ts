import { quantile } from "../campaign.ts";
import type { Fault } from "./faults.ts";
import type { Outcome, Plant } from "./plant.ts";

/** One fault, as one appliance saw it. Times in seconds. */
export interface Cycle extends Outcome {
  readonly fault: Fault;
  readonly way: string;
  readonly recordedAgain: number;
  /** From when the machine was given back until the cluster was as before. */
  readonly wholeAfter: number;
}

const heading = [
  "what happens",
  "`DATABASE_URL`",
  "cycles",
  "prints",
  "lost",
  "doubled",
  "recorded again after (median)",
  "at most",
  "a scale waited at most",
  "a bag waited at most",
  "whole again after at most",
];

/** As it stands in docs/high-availability.md: a row a fault and way. */
export function tableOf(
  faults: readonly Fault[],
  plants: readonly Pick<Plant, "way">[],
  cycles: readonly Cycle[],
): string {
  const rows = faults.flatMap((fault) =>
    plants.flatMap(({ way }) => {
      const all = cycles.filter((cycle) => cycle.fault === fault && cycle.way === way);
      return all.length === 0 ? [] : [[fault.title, way, ...figures(all)]];
    }),
  );
  const lines = [heading, heading.map((_, nth) => (nth < 2 ? "---" : "---:")), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function figures(all: readonly Cycle[]): (string | number)[] {
  const sum = (of: (cycle: Cycle) => number) => all.reduce((total, cycle) => total + of(cycle), 0);
  const seconds = (of: (cycle: Cycle) => number, part = 1) => `${quantile(all.map(of), part).toFixed(1)} s`;
  return [
    all.length,
    sum(({ sent }) => sent),
    sum(({ lost }) => lost),
    sum(({ duplicated }) => duplicated),
    seconds(({ recordedAgain }) => recordedAgain, 0.5),
    seconds(({ recordedAgain }) => recordedAgain),
    seconds(({ scaleWaited }) => scaleWaited),
    seconds(({ bagWaited }) => bagWaited),
    seconds(({ wholeAfter }) => wholeAfter),
  ];
}
