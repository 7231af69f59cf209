/** Two more than `active` and `completed` of the legacy table: a job that is still to begin, and one called off. */
export const jobStatuses = ["planned", "active", "completed", "cancelled"] as const;
export type JobStatus = (typeof jobStatuses)[number];
