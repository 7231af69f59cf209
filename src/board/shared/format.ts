import { computed } from "@preact/signals";
import { type Unit, unitsPerPound } from "../../weighing/units.ts";
import { language, shownUnit } from "./settings.ts";

/** The reader's own kind of the chosen language (`es-MX`), where the browser has one. */
export const locale = computed(
  () => navigator.languages.find((tag) => tag.startsWith(language.value)) ?? language.value,
);

/** A decimal of the API with the reader's separators: all its digits, or rounded to `decimals`. */
export function formatDecimal(text: string, decimals = decimalsOf(text)): string {
  // As a string it is never a floating-point number; older type libraries know only numbers here.
  const exact = text as Intl.StringNumericLiteral;
  return numberFormat(decimals).format(exact);
}

/** A whole number, or one rounded to `decimals`. */
export function formatNumber(value: number, decimals = 0): string {
  return numberFormat(decimals).format(value);
}

/** A share from 0 to 1 as percent. Rounding never makes it all or nothing: with one bag of 3,000 out it is 99.9 %. */
export function formatShare(share: string | number, decimals = 1): string {
  const value = Number(share);
  const step = 10 ** (-decimals - 2);
  const bounded = value > 0 && value < 1 ? Math.min(1 - step, Math.max(step, value)) : value;
  return percentFormat(decimals).format(bounded);
}

/** A decimal of the API that is percent already, as `10.00`: without zeros at its end. */
function formatPercent(percent: string): string {
  const plain = trimmed(percent);
  return percentFormat(decimalsOf(plain)).format(Number(plain) / 100);
}

/** The same with its sign; the minus is a real one. */
export function formatSignedPercent(percent: string): string {
  return percentFormat(decimalsOf(percent), "exceptZero")
    .format(Number(percent) / 100)
    .replace("-", "\u2212");
}

/** `50.00 lb ±10%`, of a job. */
export function targetText(job: {
  readonly target_weight: string;
  readonly tolerance_percent: string;
}): string {
  return `${weightText(poundsWeight(job.target_weight))} ±${formatPercent(job.tolerance_percent)}`;
}

/** A weight with its unit, as parts: the unit is often set smaller. */
export interface ShownWeight {
  readonly number: string;
  readonly unit: string;
}

/**
 * A bag's weight in the chosen unit: as printed where the scale printed that unit, else with two decimals.
 *
 * @param decimalsMax where there is room for no more of them.
 */
export function bagWeight(
  bag: { readonly weight: string; readonly unit: Unit },
  decimalsMax = Number.POSITIVE_INFINITY,
): ShownWeight {
  const unit = shownUnit.value;
  if (bag.unit === unit) {
    return { number: formatDecimal(bag.weight, Math.min(decimalsOf(bag.weight), decimalsMax)), unit };
  }
  return { number: formatNumber(inChosenUnit(toPounds(Number(bag.weight), bag.unit)), 2), unit };
}

/** Pounds of the API (targets, means) in the chosen unit. */
export function poundsWeight(pounds: string | number, decimals = 2): ShownWeight {
  const unit = shownUnit.value;
  if (unit === "lb" && typeof pounds === "string") return { number: formatDecimal(pounds, decimals), unit };
  return { number: formatNumber(inChosenUnit(Number(pounds)), decimals), unit };
}

/** `50.20 lb`, in one piece: no line break between number and unit. */
export function weightText({ number, unit }: ShownWeight): string {
  return `${number}\u00a0${unit}`;
}

/** A difference with its sign; the minus is a real one. */
export function formatSigned(value: number, decimals = 2): string {
  return new Intl.NumberFormat(locale.value, {
    signDisplay: "exceptZero",
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  })
    .format(value)
    .replace("-", "\u2212");
}

/** A difference of pounds in the chosen unit, with its sign. */
export function signedPounds(pounds: number, decimals = 2): string {
  return weightText({ number: formatSigned(inChosenUnit(pounds), decimals), unit: shownUnit.value });
}

/** A weight as the scale printed it, in its unit. */
export function printedText({ weight, unit }: { readonly weight: string; readonly unit: string }): string {
  return weightText({ number: formatDecimal(weight), unit });
}

/** Pounds as a number in the chosen unit. */
export function inChosenUnit(pounds: number): number {
  return pounds * unitsPerPound[shownUnit.value];
}

/** A weight in any unit as pounds. */
export function toPounds(value: number, unit: Unit): number {
  return value / unitsPerPound[unit];
}

/**
 * Reads a decimal that a person typed: a comma or a point, blanks around it.
 *
 * @returns as the API takes it, or null where it is none.
 */
export function readTyped(text: string): string | null {
  const plain = text.trim().replace(",", ".");
  return /^\d{1,9}(?:\.\d{0,9})?$|^\.\d{1,9}$/.test(plain) ? plain : null;
}

/** A decimal of the API as a person types it: the reader's separator, nothing between thousands, no zeros at its end. */
export function formatTyped(decimal: string): string {
  const plain = trimmed(decimal);
  return new Intl.NumberFormat(locale.value, {
    useGrouping: false,
    minimumFractionDigits: decimalsOf(plain),
    maximumFractionDigits: decimalsOf(plain),
  }).format(Number(plain));
}

export function formatTime(at: string | number, withSeconds = true): string {
  return new Intl.DateTimeFormat(locale.value, {
    hour: "numeric",
    minute: "2-digit",
    ...(withSeconds && { second: "2-digit" }),
  }).format(new Date(at));
}

export function formatDateTime(at: string | number): string {
  return new Intl.DateTimeFormat(locale.value, { dateStyle: "medium", timeStyle: "short" }).format(
    new Date(at),
  );
}

/** A time of today as a time, any other with its date, and of another year with that too. */
export function formatMoment(at: string | number, now = Date.now(), withSeconds = false): string {
  if (new Date(at).toDateString() === new Date(now).toDateString()) return formatTime(at, withSeconds);
  return formatDated(at, now, withSeconds);
}

/** A time with its date, and of another year than `now` with that too. */
export function formatDated(at: string | number, now: number, withSeconds = false): string {
  const [day, today] = [new Date(at), new Date(now)];
  return new Intl.DateTimeFormat(locale.value, {
    ...(day.getFullYear() !== today.getFullYear() && { year: "numeric" }),
    month: "short",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    ...(withSeconds && { second: "2-digit" }),
  }).format(day);
}

/** How long: `12 s`, `3 min`, `2 h`, `4 d`, in the reader's words. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return unitText(seconds, "second");
  if (seconds < 7_200) return unitText(Math.floor(seconds / 60), "minute");
  if (seconds < 172_800) return unitText(Math.floor(seconds / 3_600), "hour");
  return unitText(Math.floor(seconds / 86_400), "day");
}

function unitText(value: number, unit: "second" | "minute" | "hour" | "day"): string {
  return new Intl.NumberFormat(locale.value, { style: "unit", unit, unitDisplay: "long" }).format(value);
}

/** `10.00` as `10`: a decimal without zeros at its end. */
export function trimmed(decimal: string): string {
  return decimal.includes(".") ? decimal.replace(/\.?0+$/, "") : decimal;
}

function percentFormat(decimals: number, signDisplay: "auto" | "exceptZero" = "auto"): Intl.NumberFormat {
  return new Intl.NumberFormat(locale.value, {
    style: "percent",
    signDisplay,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}

function decimalsOf(text: string): number {
  const point = text.indexOf(".");
  return point < 0 ? 0 : text.length - point - 1;
}

function numberFormat(decimals: number): Intl.NumberFormat {
  return new Intl.NumberFormat(locale.value, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
}
