import type { ScaleCheck } from "../../records/scale-checks/check-list.ts";
import { formatDecimal, formatNumber, formatSigned, printedText, weightText } from "../shared/format.ts";
import { t } from "./texts.ts";

interface Figure {
  readonly term: string;
  readonly text: string;
}

/** What a check found, as terms and values: with as many decimals as were printed, or as the figure has. */
export function figuresOf(check: ScaleCheck): readonly Figure[] {
  const { unit, prints, error, mean, deviation, allowed } = check;
  const [first] = prints;
  const decimals = Math.max(decimalsIn(first?.weight ?? ""), decimalsIn(error ?? ""));
  const inUnit = (number: string) => weightText({ number, unit });
  if (check.kind === "repeatability") {
    const twice = 2 * Number(deviation ?? 0);
    return [
      { term: t("checkMean"), text: inUnit(formatNumber(Number(mean ?? 0), decimals + 1)) },
      { term: t("checkSpread"), text: inUnit(formatNumber(twice, decimals + 2)) },
      { term: t("checkAllowed"), text: inUnit(formatDecimal(allowed)) },
    ];
  }
  return [
    { term: t("checkShown"), text: first === undefined ? "" : printedText(first) },
    { term: t("checkTrue"), text: printedText(check) },
    { term: t("checkError"), text: inUnit(formatSigned(Number(error ?? 0), decimals)) },
    { term: t("checkAllowed"), text: inUnit(`±${formatDecimal(allowed)}`) },
  ];
}

function decimalsIn(decimal: string): number {
  return decimal.split(".")[1]?.length ?? 0;
}
