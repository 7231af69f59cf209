import { printedText } from "./format.ts";

/** A check weight as `50 lb`; with its name where that says more. */
export function checkWeightText(weight: {
  readonly name: string;
  readonly weight: string;
  readonly unit: string;
}): string {
  const mass = printedText(weight);
  const plain = (text: string) => text.replace(/\s/g, "").toLowerCase();
  return plain(weight.name) === plain(`${weight.weight}${weight.unit}`) ? mass : `${weight.name} (${mass})`;
}
