import { formatNumber, poundsWeight, weightText } from "../../shared/format.ts";
import { poundsInUnit } from "../weights.ts";

/** Pounds that were estimated, in the chosen unit: finer than a scale divides. */
export function fineText(pounds: number | null): string {
  return pounds === null ? "–" : weightText(poundsWeight(pounds, 4));
}

/** Round by itself: as few decimals as it has. */
export function tickText(pounds: number): string {
  const rounded = Number((pounds / poundsInUnit()).toPrecision(8));
  return formatNumber(rounded, (String(rounded).split(".")[1] ?? "").length);
}
