import type { Signal } from "@preact/signals";
import type { Delivery } from "../../../delivery/deliveries.ts";
import { bagWeight, formatNumber, weightText } from "../../shared/format.ts";
import { Cell, Moment } from "../parts.tsx";
import { Select, SelectAll } from "../select.tsx";
import { word } from "../words.ts";
import { say } from "./texts.ts";

export function ParkedTable(props: {
  readonly deliveries: readonly Delivery[];
  /** null: none can be selected. */
  readonly selected: Signal<ReadonlySet<number>> | null;
}) {
  const { deliveries, selected } = props;
  return (
    <table class="table">
      <thead>
        <tr>
          {selected !== null && (
            <th class="cell-check">
              <SelectAll ids={deliveries.map(({ bag_id }) => bag_id)} selected={selected} />
            </th>
          )}
          <th>{word("weighed")}</th>
          <th>{word("station")}</th>
          <th class="numeric">{word("scale")}</th>
          <th class="numeric">{word("weight")}</th>
          <th>{word("reason")}</th>
          <th class="numeric">{say("attempts")}</th>
          <th>{say("next")}</th>
        </tr>
      </thead>
      <tbody>
        {deliveries.map((delivery) => (
          <tr key={delivery.bag_id}>
            {selected !== null && (
              <Cell label="" class="cell-check">
                <Select id={delivery.bag_id} name={weightText(bagWeight(delivery))} selected={selected} />
              </Cell>
            )}
            <Cell label={word("weighed")}>
              <Moment at={delivery.weighed_at} />
            </Cell>
            <Cell label={word("station")} class="cell-name">
              {delivery.station}
            </Cell>
            <Cell label={word("scale")} class="numeric">
              {delivery.scale}
            </Cell>
            <Cell label={word("weight")} class="numeric cell-weight">
              {weightText(bagWeight(delivery))}
            </Cell>
            <Cell label={word("reason")} class="cell-wide">
              {say(reasonOf(delivery))}
              {delivery.last_error !== null && (
                <small class="answer" lang="en">
                  {delivery.last_error}
                </small>
              )}
            </Cell>
            <Cell label={say("attempts")} class="numeric">
              {formatNumber(delivery.attempts)}
            </Cell>
            <Cell label={say("next")}>
              {delivery.next_attempt_at === null ? say("byHand") : <Moment at={delivery.next_attempt_at} />}
            </Cell>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What the answer of the upstream contract means for a person. */
function reasonOf({ last_status: status }: Pick<Delivery, "last_status">) {
  if (status === 404 || status === 409) return "noJobThere";
  return status === 422 || status === 400 ? "notAccepted" : "refusedThere";
}
