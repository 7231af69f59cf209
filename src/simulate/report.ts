import type { PlantCounts } from "./counts.ts";

const number = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const shown = (value: number) => number.format(value);

/** How far the plant is, on one line. `bags`: of each scale, 0 for a play without end. */
export function progressLine(counts: PlantCounts, bags: number): string {
  const goal = bags > 0 ? ` of ${shown(bags * counts.scales)}` : "";
  return [
    `${shown(counts.connected)} of ${shown(counts.scales)} scales connected`,
    `${shown(counts.bags)}${goal} bags`,
    `${shown(counts.frames)} frames`,
    `${shown(counts.framesPerSecond)} frames/s`,
  ].join(", ");
}

/** The closing count, one figure a line. `seed` is among them: with it the run can be repeated. */
export function closingCount(counts: PlantCounts, seed: number): string {
  const { motion, overload, zero } = counts.rejects;
  const rejects = motion + overload + zero;
  const kinds = rejects > 0 ? ` (motion ${motion}, overload ${overload}, zero ${zero})` : "";
  const rows: [string, string][] = [
    ["scales", shown(counts.scales)],
    ["frames sent", shown(counts.frames)],
    ["good bags", shown(counts.bags)],
    ["deliberate rejects", `${shown(rejects)}${kinds}`],
    ["garbage frames", shown(counts.garbage)],
    ["disconnects", shown(counts.disconnects)],
    ["broken connections", shown(counts.breaks)],
    ["seconds", counts.seconds.toFixed(1)],
    ["frames/s", shown(counts.framesPerSecond)],
    ["seed", String(seed)],
  ];
  return table(rows);
}

/** The same of scales that show what lies on them. */
export function closingCountOfLoads(counts: PlantCounts, seed: number): string {
  return table([
    ["scales", shown(counts.scales)],
    ["bags put on", `${shown(counts.bags)} and taken off`],
    ["samples or prints", shown(counts.samples)],
    ["commands answered", shown(counts.answers)],
    ["broken connections", shown(counts.breaks)],
    ["seconds", counts.seconds.toFixed(1)],
    ["seed", String(seed)],
  ]);
}

function table(rows: readonly (readonly [string, string])[]): string {
  return rows.map(([name, value]) => `${name.padEnd(20)}${value}\n`).join("");
}

/** What a person should know about a run that did not go smoothly; a line each, none when it did. */
export function complaints(counts: PlantCounts, where: string, wasStopped: boolean): string[] {
  const lines: string[] = [];
  const unfinished = counts.scales - counts.complete;
  if (unfinished > 0 && !wasStopped) {
    lines.push(`${shown(unfinished)} of ${shown(counts.scales)} scales did not send all their bags`);
  }
  if (counts.failedConnects > 0) {
    lines.push(`${shown(counts.failedConnects)} attempts to ${where} failed, such as: ${counts.lastFailure}`);
  }
  if (counts.breaks > 0) {
    lines.push(
      `${shown(counts.breaks)} connections were ended by the other side, or their close was not confirmed: ` +
        "what was on its way there may not have been read",
    );
  }
  return lines;
}
