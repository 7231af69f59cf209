import type { Bag } from "../../records/bags/bag-view.ts";
import { bagWeight, formatNumber, weightText } from "../shared/format.ts";
import { bagName, bagNumber } from "./names.ts";
import { Shape } from "./shape.tsx";
import type { StationState } from "./state.ts";
import { t } from "./texts.ts";
import { verdictOf } from "./verdict.ts";

/** A place stays where it is, and shows the next bag: nothing moves when one comes. */
const places = Array.from({ length: 10 }, (_, place) => place);

/** The last ten bags, newest first: each with its sign, and spoken in a sentence; a touch shows what it is. */
export function LastBags(props: { readonly state: StationState; readonly onChoose: (bag: Bag) => void }) {
  const bags = props.state.bags.value;
  if (bags.length === 0) return <p class="last-bags-none">{t("noBags")}</p>;
  return (
    <ol class="last-bags" aria-label={t("lastBags")}>
      {places.map((place) => {
        const bag = bags[place];
        if (bag === undefined) return null;
        const verdict = verdictOf(bag);
        const weight = bagWeight(bag, 2);
        const number = bagNumber(bag);
        return (
          <li key={place}>
            <button
              type="button"
              class={`chip chip-${verdict}`}
              style={{ "--chars": weight.number.length }}
              onClick={() => props.onChoose(bag)}
            >
              <span class="sr-only">
                {t("spokenBag", { bag: bagName(bag), weight: weightText(weight), verdict: t(verdict) })}
              </span>
              <Shape verdict={verdict} />
              <span class="chip-weight number" aria-hidden="true">
                {weight.number}
              </span>
              <span class="chip-number number" aria-hidden="true">
                {number === null ? "–" : formatNumber(number)}
                {bag.repeat_suspected && " ?"}
                {bag.source === "manual" && " ✎"}
              </span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}
