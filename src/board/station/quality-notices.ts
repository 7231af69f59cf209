// What the station says of signals and advice: a file of its own for the browser, because most of the time it says nothing.
import type { QualitySignal } from "../../records/signals/signal-view.ts";
import { isOperator } from "../shared/session.ts";
import { adviceSentence, adviceWhat, signalSentence, signalWeights } from "../signals/signal-words.ts";
import { say } from "../signals/texts.ts";
import type { Notice } from "./notice.ts";
import type { QualityState } from "./quality-state.ts";

export { AcknowledgeDialog } from "../signals/acknowledge-dialog.tsx";

/** Of signals the first one, because there is room for one; the next follows when it is acknowledged. */
export function qualityNotices(
  { signals, advice, dismissAdvice }: QualityState,
  acknowledge: (signal: QualitySignal) => void,
): Notice[] {
  const notices: Notice[] = [];
  const [first, ...others] = signals.value;
  if (first !== undefined) {
    const more = others.length === 0 ? "" : ` ${say("more", { count: others.length })}`;
    notices.push({
      key: "signal",
      kind: "act",
      title: signalSentence(first),
      what: `${signalWeights(first)}${more}`,
      ...(isOperator.value && { act: { text: say("acknowledge"), run: () => acknowledge(first) } }),
    });
  }
  if (advice.value !== null) {
    notices.push({
      key: "advice",
      kind: "know",
      title: adviceSentence(advice.value),
      what: adviceWhat(advice.value),
      act: { text: say("adviceDone"), run: dismissAdvice },
    });
  }
  return notices;
}
