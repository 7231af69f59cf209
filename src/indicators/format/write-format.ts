import type { Shown } from "../dialect.ts";
import type { Element, StatusKind } from "./element.ts";

const weightWidth = 7;
const labels = { gross: "Gross", net: "Net", tare: "Tare" };

/** What an indicator with this format prints. Tares are zero; what the format has beside weights is short. */
export function writeFormat(elements: readonly Element[], shown: Shown): string {
  const hasPolarity = elements.some(({ kind }) => kind === "polarity");
  const hasLetters = elements.some((element) => element.kind === "status" && element.of === "condec");
  return elements.map((element) => textOf(element, shown, hasPolarity, hasLetters)).join("");
}

function textOf(element: Element, shown: Shown, hasPolarity: boolean, hasLetters: boolean): string {
  switch (element.kind) {
    case "literal":
    case "end":
      return element.text;
    case "weight": {
      const value = element.of === "tare" ? "0.00" : shown.weight;
      const digits = hasPolarity ? value.replace("-", "") : value;
      const unit = element.hasUnit ? ` ${shown.unit}` : "";
      return digits.padStart(element.width ?? weightWidth) + unit;
    }
    case "polarity":
      return shown.weight.startsWith("-") ? "-" : " ";
    case "unit":
      return hasLetters ? shown.unit.charAt(0).toUpperCase() : shown.unit;
    case "mode":
      return shown.mode === "net" ? "N" : "G";
    case "status":
      return statusText(element.of, shown);
    case "scale":
      return String(shown.scale).padStart(element.width ?? 0);
    case "number":
      return "1".padStart(element.width ?? weightWidth);
    case "label":
      return element.of === null ? "No" : labels[element.of];
    case "text":
      return "-".padStart(element.width ?? 0);
  }
}

function statusText(of: StatusKind, { stable, unit, mode }: Shown): string {
  switch (of) {
    case "condec":
      return stable ? " " : "M";
    case "wst":
    case "wstat":
      return stable ? "S" : "M";
    case "s127":
      return stable ? "0" : "1";
    case "dis":
      return `${unit === "lb" ? "8" : unit === "kg" ? "4" : "0"}${mode === "net" ? "4" : "2"}${stable ? "2" : ":"}`;
  }
}
