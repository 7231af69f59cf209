import type postgres from "postgres";

/** A transaction: an event is written with the change it tells of, or not at all. */
export type Transaction = postgres.TransactionSql<{ bigint: number }>;

/** Who does something, and when by the appliance's clock. */
export interface Doer {
  /** As the token's role or the person's name; kept in the audit trail. */
  readonly actor: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

type Detail = Readonly<Record<string, string | number | boolean | null>>;

export interface Deed {
  /** What was done, as `job.start`. */
  readonly action: "job.start" | "job.complete" | "job.cancel" | "bag.void" | "bag.assign";
  /** What it was done to, as `job:7` or `bag:12345`. */
  readonly subject: `${"job" | "bag"}:${number}`;
  readonly detail: Detail;
}

/** Writes who did what when; never changed or deleted afterwards. */
export async function audit(tx: Transaction, by: Doer, deed: Deed): Promise<void> {
  await tx`
    insert into audit_event (at, actor, action, subject, detail)
    values (${new Date(by.at)}, ${by.actor}, ${deed.action}, ${deed.subject}, ${tx.json(deed.detail)})`;
}
