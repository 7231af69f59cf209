import type { ProductQuality } from "../../../records/quality/product-quality.ts";
import { api } from "../../shared/api.ts";
import { useSubmit } from "../../shared/submit.ts";
import { useLoaded } from "../loaded.ts";
import { Show } from "../states.tsx";
import { say } from "./texts.ts";

/** Puts frozen limits in force for the running jobs of a product, or says that they are. */
export function LiveReference(props: { readonly product: number; readonly reference: number }) {
  const { product, reference } = props;
  const path = `/api/products/${product}/quality`;
  const shown = useLoaded(path, () => api<ProductQuality>("GET", path));
  const submit = useSubmit();
  return (
    <Show of={shown}>
      {(quality) => {
        const isInForce = quality.live_reference === reference;
        const set = () =>
          submit.run(async () => {
            const body = { ...quality, live_reference: isInForce ? null : reference };
            shown.value.value = await api<ProductQuality>("PUT", path, { body });
          });
        return (
          <p>
            {isInForce && say("liveReference")}{" "}
            <button
              type="button"
              class="button button-small"
              disabled={submit.isBusy.value}
              onClick={() => void set()}
            >
              {say(isInForce ? "liveReferenceEnd" : "liveReferenceSet")}
            </button>
            {submit.failure.value && <span role="alert"> {submit.failure.value}</span>}
          </p>
        );
      }}
    </Show>
  );
}
