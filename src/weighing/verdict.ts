/** What was found of a bag: within its job's tolerance, below or above it, or that it has no job. */
export const verdicts = ["in", "under", "over", "no_job"] as const;
export type Verdict = (typeof verdicts)[number];
