/** One more than `active` and `completed` of the legacy table: a job called off. */
export const jobStatuses = ["active", "completed", "cancelled"] as const;
export type JobStatus = (typeof jobStatuses)[number];
