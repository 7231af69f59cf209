import { collectDefaultMetrics, Registry } from "prom-client";

/**
 * The metrics that prom-client measures correctly on Bun. Left out: garbage collection (stays empty), active handles
 * and requests (always 0), heap and heap spaces (`process_heap_bytes` says 6.4 GB), virtual memory (7 GB of
 * reservations), the mean of the event loop's lag (NaN on a second scrape), the version of Node.
 */
const rightOnBun = [
  "process_cpu_user_seconds_total",
  "process_cpu_system_seconds_total",
  "process_cpu_seconds_total",
  "process_start_time_seconds",
  "process_resident_memory_bytes",
  "process_open_fds",
  "process_max_fds",
  "nodejs_eventloop_lag_seconds",
  "nodejs_eventloop_lag_p50_seconds",
  "nodejs_eventloop_lag_p90_seconds",
  "nodejs_eventloop_lag_p99_seconds",
  "nodejs_eventloop_lag_max_seconds",
] as const;

/** Adds the process's own metrics to a registry, where the platform has them. */
export function registerProcessMetrics(registry: Registry): void {
  // prom-client adds all or none: it adds them elsewhere, and the right ones are taken from there.
  const all = new Registry();
  collectDefaultMetrics({ register: all });
  for (const name of rightOnBun) {
    const metric = all.getSingleMetric(name);
    if (metric !== undefined) registry.registerMetric(metric);
  }
}
