import { formatNumber, poundsWeight, toPounds, weightText } from "../shared/format.ts";
import { shownUnit } from "../shared/settings.ts";

/** Pounds in one of the reader's unit. */
export function poundsInUnit(): number {
  return toPounds(1, shownUnit.value);
}

/** Pounds of the API in the chosen unit; a dash where there is nothing to say. */
export function poundsText(pounds: string | number | null): string {
  return pounds === null ? "–" : weightText(poundsWeight(pounds));
}

/** The same without its unit, for columns that have it in their head. */
export function poundsNumber(pounds: string | null): string {
  return pounds === null ? "–" : poundsWeight(pounds).number;
}

/** `Mean (lb)`. */
export function inUnit(name: string): string {
  return `${name} (${shownUnit.value})`;
}

/** Pounds that were estimated, in the chosen unit: finer than a scale divides. */
export function fineText(pounds: number | null): string {
  return pounds === null ? "–" : weightText(poundsWeight(pounds, 4));
}

/** A round value of an axis, in the chosen unit: as few decimals as it has. */
export function tickText(pounds: number): string {
  return roundText(pounds / poundsInUnit());
}

/** A round value, with as few decimals as it has. */
export function roundText(value: number): string {
  const rounded = Number(value.toPrecision(8));
  return formatNumber(rounded, (String(rounded).split(".")[1] ?? "").length);
}
