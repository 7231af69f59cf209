/** Which bags a question is about: those that fit all that is said. */
export interface Scope {
  readonly job?: number | undefined;
  readonly product?: number | undefined;
  readonly station?: string | undefined;
  readonly scale?: number | undefined;
  /** Weighed then or later. */
  readonly from?: Date | undefined;
  /** Weighed earlier than that. */
  readonly to?: Date | undefined;
}

/** More at once would take more memory than an appliance has to spare: some 100 bytes a bag while a question is answered. */
export const bagsMax = 2_000_000;

/** Bags without a job are read one by one, and so only so many of them. */
export const joblessMax = 100_000;

/** So are those of jobs that are in no block yet, which are many only after an upgrade: more take longer than a question may. */
export const unpreparedMax = 500_000;

/** Most of the bags in question are in no block yet. */
export class NotPrepared extends Error {
  override name = "NotPrepared";
}

/** The question is about more bags than are read at once. */
export class TooManyBags extends Error {
  override name = "TooManyBags";
  /** @param most as "2000000 bags". */
  constructor(readonly most: string) {
    super(`more than ${most}`);
  }
}
