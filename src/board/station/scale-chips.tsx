import { scaleName } from "./names.ts";
import { silentFor } from "./notices.tsx";
import type { StationState } from "./state.ts";
import { t } from "./texts.ts";

/** The station's scales in the line at the top: connected, silent, or not there. */
export function ScaleChips(props: { readonly state: StationState }) {
  const { state } = props;
  const scales = state.scales.value;
  if (!state.isLoaded.value) return null;
  if (scales.length === 0) return <p class="scale-chip scale-chip-off">{t("noScale")}</p>;
  return (
    <ul class="scale-chips">
      {scales.map((scale) => {
        const kind = !scale.connected ? "off" : silentFor(scale, state) !== null ? "quiet" : "on";
        const text = { on: "scaleOn", off: "scaleOff", quiet: "scaleQuiet" } as const;
        return (
          <li key={scale.id} class={`scale-chip scale-chip-${kind}`}>
            {t(text[kind], { scale: scaleName(scale.id, scales) })}
          </li>
        );
      })}
    </ul>
  );
}
