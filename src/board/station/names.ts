import type { Bag } from "../../records/bags/bag-view.ts";
import type { Scale } from "../../records/scales/scale-list.ts";
import { formatDecimal, formatNumber } from "../shared/format.ts";
import { t } from "./texts.ts";

/** `Bag 12`; of a bag without a number its scale. */
export function bagName(bag: Pick<Bag, "bag_num" | "scale">): string {
  return bag.bag_num === null
    ? scaleName(bag.scale, [])
    : t("bagNumber", { number: formatNumber(bag.bag_num) });
}

/** The name that people gave it, else `Scale 1`. */
export function scaleName(id: number, scales: readonly Pick<Scale, "id" | "name">[]): string {
  return scales.find((scale) => scale.id === id)?.name ?? t("scaleNumber", { id });
}

/** What a field expects if no number was typed, with the reader's decimal separator. */
export function notANumber(): string {
  return t("notANumber", { example: formatDecimal("50.5") });
}
