import type { Bag } from "../../records/bags/bag-view.ts";
import type { Scale } from "../../records/scales/scale-list.ts";
import { formatNumber } from "../shared/format.ts";
import { areJobsUpstream } from "../shared/session.ts";
import { t } from "./texts.ts";

/** Within its job, which may be the web application's; null: it has none. */
export function bagNumber({ bag_num, delivery }: Pick<Bag, "bag_num" | "delivery">): number | null {
  return areJobsUpstream.value ? (delivery?.upstream_bag_num ?? null) : bag_num;
}

/** `Bag 12`; of a bag without a number its scale. */
export function bagName(bag: Pick<Bag, "bag_num" | "delivery" | "scale">): string {
  const number = bagNumber(bag);
  return number === null ? scaleName(bag.scale, []) : t("bagNumber", { number: formatNumber(number) });
}

/** The name that people gave it, else `Scale 1`. */
export function scaleName(id: number, scales: readonly Pick<Scale, "id" | "name">[]): string {
  return scales.find((scale) => scale.id === id)?.name ?? t("scaleNumber", { id });
}
