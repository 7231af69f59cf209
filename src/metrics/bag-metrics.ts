import type { RecordedGroup } from "../recording/record.ts";
import type { Metrics } from "../runtime/metrics.ts";
import { verdicts } from "../weighing/verdict.ts";

/**
 * Counts bags that were recorded. With a station's first bag all its verdicts exist, at 0: a share needs both counters.
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
