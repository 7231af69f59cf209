import type { ComponentChildren } from "preact";
import type { ShownWeight } from "../shared/format.ts";
import { Shape } from "./shape.tsx";
import type { Verdict } from "./verdict.ts";

/** What fills the screen: a verdict by color, word and shape, and a weight. */
export function Face(props: {
  readonly verdict: Verdict;
  readonly word: string;
  readonly aside?: string;
  readonly weight?: ShownWeight;
  readonly sentence?: string;
  readonly what?: string | undefined;
  readonly children?: ComponentChildren;
}) {
  const { verdict, word, aside, weight, sentence, what, children } = props;
  return (
    <div class={`face face-${verdict}`}>
      <div class="face-head">
        <Shape verdict={verdict} />
        <h2 class="face-word">{word}</h2>
        {aside && <span class="face-aside number">{aside}</span>}
      </div>
      {weight && (
        <p class="face-weight number" style={{ "--ems": emsOf(weight) }}>
          {weight.number}
          <span class="face-unit">{weight.unit}</span>
        </p>
      )}
      {sentence && <p class="face-sentence">{sentence}</p>}
      {what && <p class="face-what">{what}</p>}
      {children && <p class="face-facts number">{children}</p>}
    </div>
  );
}

/** How wide a weight is set, in ems, in the widest of the fonts: the size follows from it. */
function emsOf({ number, unit }: ShownWeight): number {
  const separators = number.replace(/\d/g, "").length;
  return (number.length - separators) * 0.7 + separators * 0.38 + unit.length * 0.21 + 0.06;
}
