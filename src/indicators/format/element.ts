import type { PrintMode } from "../print.ts";

/** One piece of a print, as its format string says. */
export type Element =
  | { readonly kind: "literal"; readonly text: string }
  /** Control characters that stand between lines or around a print. */
  | { readonly kind: "end"; readonly text: string }
  | WeightElement
  /** The sign, apart from the digits. */
  | { readonly kind: "polarity" }
  | { readonly kind: "unit" }
  /** Which weight is displayed. */
  | { readonly kind: "mode" }
  | { readonly kind: "status"; readonly of: StatusKind }
  | { readonly kind: "scale"; readonly width: number | null }
  /** A number that is no weight of the load: a count, a total. */
  | { readonly kind: "number"; readonly width: number | null }
  | { readonly kind: "text"; readonly width: number | null }
  /** The name of a value, in the indicator's language. */
  | { readonly kind: "label"; readonly of: PrintMode | null };

export interface WeightElement {
  readonly kind: "weight";
  readonly of: "gross" | "net" | "tare" | "displayed";
  /** Characters, where the format says it. */
  readonly width: number | null;
  /** Whether its unit is printed with it. */
  readonly hasUnit: boolean;
}

/** `condec`: blank, M, O, I, Z. The others are tokens of the same names. */
export type StatusKind = "condec" | "wst" | "wstat" | "dis" | "s127";

/** Whether it prints digits, or can: then what stands beside it must say where it ends. */
export function isValue(element: Element | undefined): boolean {
  return element !== undefined && ["weight", "scale", "number", "text"].includes(element.kind);
}

/** Characters, where the format says it. */
export function widthOf(element: Element | undefined): number | null {
  return element !== undefined && "width" in element ? element.width : null;
}

/** What of a format string is not understood. */
export interface FormatFault {
  /** Where it begins, from 1. */
  readonly character: number;
  readonly token: string;
  /** What is wrong with it, and what is known. */
  readonly message: string;
}

/** What a token stands for, or what is wrong with it. */
export type Token = Element | { readonly fault: string };
