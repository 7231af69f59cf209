import { idMax } from "../../weighing/ids.ts";
import type { DialectSettings } from "../dialect.ts";
import { readStatus } from "../dialects/awtx/status.ts";
import { readModeWord } from "../mode-words.ts";
import { type Print, type PrintMode, type PrintUnit, rejected, withoutWeight } from "../print.ts";
import { readPrintUnit } from "../print-units.ts";
import { readWeight } from "../read-weight.ts";
import type { Element, StatusKind } from "./element.ts";

/** An element and what was printed for it. */
export interface Field {
  readonly element: Element;
  readonly text: string;
  /** Of a weight that prints its unit with it. */
  readonly unit: string | undefined;
}

/** What the literals of a format say, where no token says it. */
export interface SaidByText {
  readonly scale: number | null;
  /** By the place of the weight among the weights. */
  readonly units: readonly (PrintUnit | null)[];
}

interface Reading {
  readonly digits: string;
  readonly mode: PrintMode | null;
  readonly unit: PrintUnit | null | "unknown";
}

/**
 * What the fields of one print say together. Of several weights the one that the settings name is meant; with none named
 * they are ambiguous, unless all but one of them are tares.
 */
export function readFields(fields: readonly Field[], said: SaidByText, settings: DialectSettings): Print {
  const readings = readingsOf(fields, said, settings);
  const usable = readings.filter(({ mode }) => mode !== "tare");
  const [only] = usable;
  const scale = scaleOf(fields) ?? said.scale;
  if (only === undefined) {
    const [tare] = readings;
    return withoutWeight("other", { unit: unitOf(tare), mode: "tare", scale });
  }
  const meant = usable.length === 1 ? only : usable.find(({ mode }) => mode === settings.weight);
  const { mode, unit } = meant ?? only;
  const status = statusOf(fields, unit === "unknown" ? null : unit, mode);
  if (status === null) return rejected("malformed");
  if (status.kind !== null)
    return withoutWeight(status.kind, { unit: unitOf(meant), mode: meant?.mode ?? null, scale });
  if (meant === undefined) return rejected("ambiguous");
  if (unit === "unknown") return rejected("unknown_unit");
  if (/^[-^_]+$/.test(meant.digits)) {
    const first = meant.digits.charAt(0);
    const kind = first === "^" ? "overload" : first === "_" ? "underload" : "error";
    return withoutWeight(kind, { unit, mode, scale });
  }
  return readWeight(meant.digits, settings, { unit, mode, stable: status.stable, scale });
}

function unitOf(reading: Reading | undefined): PrintUnit | null {
  return reading === undefined || reading.unit === "unknown" ? null : reading.unit;
}

/** Each weight, with the next unit behind it, or else the last one before it; and the sign before it, if it stands apart. */
function readingsOf(fields: readonly Field[], said: SaidByText, settings: DialectSettings): Reading[] {
  const shown = fields.find(({ element }) => element.kind === "mode")?.text;
  let nth = -1;
  return fields.flatMap((field, at) => {
    if (field.element.kind !== "weight") return [];
    nth++;
    const units = [...fields.slice(at + 1), ...fields.slice(0, at).reverse()].filter(isUnit);
    const unitText = field.unit ?? units[0]?.text;
    const before = fields[at - 1];
    const sign = before?.element.kind === "polarity" ? before.text : "";
    const { of } = field.element;
    const mode = of === "displayed" ? (shown === undefined ? null : readModeWord(shown)) : of;
    const unit = unitText === undefined ? (said.units[nth] ?? settings.unit) : readUnit(unitText, settings);
    return { digits: (sign + field.text).trim(), mode, unit };
  });
}

function isUnit({ element }: Field): boolean {
  return element.kind === "unit";
}

const unitLetters: Readonly<Record<string, PrintUnit>> = { L: "lb", K: "kg", T: "t", G: "g", O: "oz" };

function readUnit(text: string, settings: DialectSettings): Reading["unit"] {
  if (text.trim() === "") return settings.unit;
  return unitLetters[text] ?? readPrintUnit(text) ?? "unknown";
}

function scaleOf(fields: readonly Field[]): number | null {
  const scales = fields.filter(({ element }) => element.kind === "scale");
  const [only] = scales;
  const digits = /^ *(\d{1,10}) *$/.exec(only?.text ?? "")?.[1];
  if (digits === undefined || scales.length > 1) return null;
  const id = Number(digits);
  return id >= 1 && id <= idMax ? id : null;
}

interface Status {
  readonly kind: "overload" | "underload" | "error" | null;
  readonly stable: boolean | null;
}

/** All statuses together; null: one of them contradicts the weight. */
function statusOf(fields: readonly Field[], unit: PrintUnit | null, mode: PrintMode | null): Status | null {
  const said = fields.flatMap(({ element, text }) =>
    element.kind === "status" ? [oneStatus(element.of, text, unit, mode)] : [],
  );
  if (said.includes(null)) return null;
  const known = said.flatMap((status) => status ?? []);
  const fault = known.find(({ kind }) => kind !== null);
  if (fault !== undefined) return fault;
  const stables = known.flatMap(({ stable }) => stable ?? []);
  return { kind: null, stable: stables.length === 0 ? null : !stables.includes(false) };
}

function oneStatus(
  of: StatusKind,
  text: string,
  unit: PrintUnit | null,
  mode: PrintMode | null,
): Status | null {
  if (of === "s127") {
    const bits = Number(text);
    if ((bits & 6) !== 0) return { kind: (bits & 2) !== 0 ? "overload" : "error", stable: null };
    return { kind: null, stable: (bits & 1) === 0 };
  }
  if (of === "condec" && (text === "I" || text === "Z")) {
    return text === "I" ? { kind: "error", stable: null } : { kind: null, stable: true };
  }
  return readStatus(text, unit, mode);
}
