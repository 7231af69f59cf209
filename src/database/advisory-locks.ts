/**
 * The numbers of PostgreSQL's advisory locks: any numbers, but the same in every version, and one for each purpose. A courier
 * holds its lock for as long as it delivers: whatever shared its number would wait all that time.
 */
export const advisoryLocks = {
  /** Processes that migrate queue up on it. */
  migration: 405_10001,
  /** Of the courier to the first destination; those to others have it plus multiples of 2³². */
  courier: 405_10002,
  /** Appliances decide one after the other which plant they belong to. */
  plant: 405_10003,
  /** With a plant's id: the end of its chain of records, to which migration 0023's triggers add links. */
  recordChain: 405_10004,
} as const;
