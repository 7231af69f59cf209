import type { Mark } from "./axis.ts";
import { poundsText } from "./weights.ts";

/** A target or a limit, as a line through a histogram with its name above. */
export function Limit(props: { readonly mark: Mark; readonly text: string; readonly isTarget: boolean }) {
  const { mark, text, isTarget } = props;
  const side = mark.at < 0.15 ? " limit-first" : mark.at > 0.85 ? " limit-last" : "";
  return (
    <span class={isTarget ? "limit limit-target" : "limit"} style={{ left: percent(mark.at) }}>
      <span class={`limit-text${side}`}>
        {text} <b>{poundsText(mark.value)}</b>
      </span>
    </span>
  );
}

/** A share of a drawing, 0…1, as style sheets have it. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(3)}%`;
}
