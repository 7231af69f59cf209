import { useSignal } from "@preact/signals";
import type { Scale } from "../../../records/scales/scale-list.ts";
import { api } from "../../shared/api.ts";
import { failureText } from "../../shared/failure.ts";
import { bagWeight, weightText } from "../../shared/format.ts";
import { say } from "./texts.ts";

/** Scales that appeared by themselves: one click makes them the plant's own. */
export function NewScales(props: {
  readonly scales: readonly Scale[];
  readonly onChanged: (scale: Scale) => void;
}) {
  const { scales, onChanged } = props;
  const failure = useSignal<string | null>(null);
  if (scales.length === 0) return null;

  async function adopt({ id }: Scale): Promise<void> {
    failure.value = null;
    try {
      const body = { name: say("adoptName", { id }), enabled: true };
      onChanged(await api<Scale>("PATCH", `/api/scales/${id}`, { body }));
    } catch (error) {
      failure.value = failureText(error);
    }
  }

  return (
    <section class="callout" aria-labelledby="new-scales">
      <h2 id="new-scales">{say("newTitle", { count: scales.length })}</h2>
      <p>{say("newText")}</p>
      <ul class="new-scales">
        {scales.map((scale) => (
          <li key={scale.id}>
            <span>
              <b class="number">{scale.id}</b> · {scale.remote_address} · {scale.station}
              {scale.last_weight !== null && scale.unit !== null && (
                <> · {weightText(bagWeight({ weight: scale.last_weight, unit: scale.unit }))}</>
              )}
            </span>
            <button
              type="button"
              class="button button-main button-small"
              aria-label={`${say("adopt")}: ${say("adoptName", { id: scale.id })}`}
              onClick={() => void adopt(scale)}
            >
              {say("adopt")}
            </button>
          </li>
        ))}
      </ul>
      {failure.value !== null && (
        <p class="form-error" role="alert">
          {failure.value}
        </p>
      )}
    </section>
  );
}
