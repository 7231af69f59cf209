import type { BenchCase } from "../contender.ts";
import { backlog } from "./backlog.ts";
import { connections } from "./connections.ts";
import { footprint } from "./footprint.ts";
import { growth } from "./growth.ts";
import { ingest } from "./ingest.ts";
import { latency } from "./latency.ts";

/** In the order in which they run. */
export const cases: readonly BenchCase[] = [ingest, latency, connections, footprint, backlog, growth];
