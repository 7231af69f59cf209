import { Histogram, type Registry } from "prom-client";

/**
 * A histogram without labels, of values that come in thousands, many of them alike: prom-client's `observe` takes one at a
 * time, and makes three objects for each. It is exported as every other.
 */
export class BulkHistogram extends Histogram {
  readonly #described: { readonly name: string; readonly help: string };
  readonly #bounds: readonly number[];
  /** Of each bound those that lie above the one before it; last those above all. */
  readonly #counts: number[];
  #sum = 0;

  /** @param config.buckets upper bounds, ascending. */
  constructor(config: {
    readonly name: string;
    readonly help: string;
    readonly buckets: readonly number[];
    readonly registers: Registry[];
  }) {
    super({ ...config, buckets: [...config.buckets] });
    this.#described = { name: config.name, help: config.help };
    this.#bounds = config.buckets;
    this.#counts = new Array<number>(config.buckets.length + 1).fill(0);
  }

  /** @param times how often the value came. */
  add(value: number, times = 1): void {
    let index = 0;
    while (index < this.#bounds.length && value > (this.#bounds[index] ?? 0)) index++;
    this.#counts[index] = (this.#counts[index] ?? 0) + times;
    this.#sum += value * times;
  }

  /** What prom-client reads when it exports (15.1.3: `Registry.getMetricsAsString`, and its own `get`). */
  async getForPromString() {
    const { name, help } = this.#described;
    let below = 0;
    const buckets = this.#counts.map((count, index) => {
      below += count;
      return {
        metricName: `${name}_bucket`,
        labels: { le: this.#bounds[index] ?? "+Inf" },
        sharedLabels: {},
        value: below,
      };
    });
    const values = [
      ...buckets,
      { metricName: `${name}_sum`, labels: {}, sharedLabels: {}, value: this.#sum },
      { metricName: `${name}_count`, labels: {}, sharedLabels: {}, value: below },
    ];
    return { name, help, type: "histogram", aggregator: "sum", values };
  }
}
