import type { RecordedGroup } from "../recording/record.ts";
import type { Metrics } from "../runtime/metrics.ts";
import { verdicts } from "../weighing/verdict.ts";

/**
 * Counts bags that were recorded. A station's first bag brings all its verdicts, at 0: a share of what was never
 * counted would be no number.
 */
export function countBags(
  metrics: Metrics,
  { station, verdict, ids, excess, shortfall }: RecordedGroup,
): void {
  for (const each of verdicts)
    metrics.bags.inc({ station, verdict: each }, each === verdict ? ids.length : 0);
  metrics.bagExcess.inc({ station }, excess);
  metrics.bagShortfall.inc({ station }, shortfall);
}
