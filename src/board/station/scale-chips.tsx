import { useSignal } from "@preact/signals";
import type { Scale } from "../../records/scales/scale-list.ts";
import { Dialog } from "../shared/dialog.tsx";
import { formatNumber } from "../shared/format.ts";
import { scaleName } from "./names.ts";
import { silentFor } from "./notices.tsx";
import type { StationState } from "./state.ts";
import { t } from "./texts.ts";

/** The bar at the top has room for so many beside the menu, on a phone for one; of more a summary is shown. */
const chipsMax = 3;

type Kind = "on" | "quiet" | "off";

/** The station's scales in the bar at the top: connected, silent, or not connected. */
export function ScaleChips(props: { readonly state: StationState }) {
  const { state } = props;
  const scales = state.scales.value;
  if (!state.isLoaded.value) return null;
  if (scales.length === 0) return <p class="scale-chip scale-chip-off">{t("noScale")}</p>;
  if (scales.length === 1) return <List state={state} />;
  if (scales.length > chipsMax) return <Summary state={state} />;
  return (
    <>
      <div class="only-wide">
        <List state={state} />
      </div>
      <div class="only-narrow">
        <Summary state={state} />
      </div>
    </>
  );
}

function List(props: { readonly state: StationState }) {
  const { state } = props;
  const scales = state.scales.value;
  const text = { on: "scaleOn", off: "scaleOff", quiet: "scaleQuiet" } as const;
  return (
    <ul class="scale-chips">
      {scales.map((scale) => {
        const kind = kindOf(scale, state);
        return (
          <li key={scale.id} class={`scale-chip scale-chip-${kind}`}>
            <span class="scale-text" title={scaleName(scale.id, scales)}>
              {t(text[kind], { scale: scaleName(scale.id, scales) })}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** How many are connected, with the worst one's mark; touching it shows each. */
function Summary(props: { readonly state: StationState }) {
  const { state } = props;
  const isOpen = useSignal(false);
  const kinds = state.scales.value.map((scale) => kindOf(scale, state));
  const off = kinds.filter((kind) => kind === "off").length;
  const quiet = kinds.filter((kind) => kind === "quiet").length;
  const worst: Kind = off > 0 ? "off" : quiet > 0 ? "quiet" : "on";
  const count = kinds.length;
  return (
    <>
      <button
        type="button"
        class={`button scale-summary scale-chip scale-chip-${worst}`}
        aria-haspopup="dialog"
        onClick={() => {
          isOpen.value = true;
        }}
      >
        {t("scalesOn", { connected: formatNumber(count - off), number: formatNumber(count) })}
        {quiet > 0 && `, ${t("scalesQuiet", { count: quiet, number: formatNumber(quiet) })}`}{" "}
        <span aria-hidden="true">▾</span>
      </button>
      {isOpen.value && (
        <Dialog
          title={t("scales")}
          onClose={() => {
            isOpen.value = false;
          }}
        >
          <div class="dialog-body">
            <List state={state} />
          </div>
        </Dialog>
      )}
    </>
  );
}

function kindOf(scale: Scale, state: StationState): Kind {
  if (!scale.connected) return "off";
  return silentFor(scale, state) === null ? "on" : "quiet";
}
