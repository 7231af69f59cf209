import type { FramerOutcome } from "../scale/frames/framer.ts";
import type { GreetingOutcome } from "../scale/intake.ts";
import type { Verdict } from "../scale/tap.ts";

/** What a frame becomes where every scale is taken. */
export function verdictOf(outcome: FramerOutcome | GreetingOutcome): Verdict {
  if (outcome.kind === "broken") return { kind: "rejected", reason: outcome.reason, scale: null };
  if (outcome.kind === "remainder") return { kind: "rejected", reason: "remainder", scale: null };
  const { parsed } = outcome;
  if (!parsed.ok) return { kind: "rejected", reason: parsed.reason, scale: parsed.printedScale };
  const { printedScale: scale, weight, unit } = parsed.reading;
  return { kind: "bag", scale, weight, unit };
}
