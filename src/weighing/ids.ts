/** The largest id of a scale, a job and the other rarer things: PostgreSQL's `integer`, in whose columns they stand. */
export const idMax = 2_147_483_647;
