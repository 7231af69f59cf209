/** The value of a metric for one of its label's values. */
export interface LabelledValue {
  readonly of: string;
  readonly value: number;
}

/** What has happened since the appliance started. */
export interface Counted {
  /** What it is of: a reason, an output, an oddity. */
  readonly of: string;
  readonly times: number;
  /** When it happened last, in milliseconds since the epoch; 0 where that is not known. */
  readonly lastAt: number;
}

/**
 * What has happened at least once, in the order in which it did.
 *
 * @param counts where other labels tell them apart, several of one: they are added.
 * @param last seconds since the epoch.
 */
export function countedBy(
  counts: readonly LabelledValue[],
  last: readonly LabelledValue[] = [],
): readonly Counted[] {
  const times = new Map<string, number>();
  for (const { of, value } of counts) times.set(of, (times.get(of) ?? 0) + value);
  return [...times]
    .filter(([, count]) => count > 0)
    .map(([of, count]) => ({
      of,
      times: count,
      lastAt: Math.max(0, ...last.flatMap((each) => (each.of === of ? [each.value * 1000] : []))),
    }));
}
