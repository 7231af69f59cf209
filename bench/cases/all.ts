import type { BenchCase } from "../contender.ts";
import { ingest } from "./ingest.ts";

/** In the order in which they run. */
export const cases: readonly BenchCase[] = [ingest];
