import type { Transaction } from "../database/types.ts";

/** Who does something, in which plant, and when by the appliance's clock. */
export interface Actor {
  /** `line 2 tablet (operator)` of a named token, the role of a configured one, `Ann (line 2 tablet)`; kept in the audit trail. */
  readonly actor: string;
  /** Whoever entered their PIN on a device; null or left out: nobody did. */
  readonly person?: { readonly id: number; readonly name: string } | null;
  /** Its id. */
  readonly plant: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

type Value = string | number | boolean | null;
type Detail = Readonly<Record<string, Value | readonly Value[]>>;

/** Every kind of event, as `action` of the trail; none that was released gets another name. */
export const actions = [
  "job.plan",
  "job.move",
  "job.remove",
  "job.start",
  "job.change",
  "job.complete",
  "job.cancel",
  "job.release",
  "bag.enter",
  "bag.void",
  "bag.unvoid",
  "bag.assign",
  "bag.assign_many",
  "station.change",
  "station.jobless_seen",
  "product.create",
  "product.change",
  "scale.change",
  "scale.delete",
  "scale.key",
  "scale.checking",
  "source.create",
  "source.change",
  "source.delete",
  "connection.close",
  "delivery.retry",
  "delivery.discard",
  "ledger.acknowledge",
  "database.fell_back",
  "database.recorded_again",
  "finding.snooze",
  "token.create",
  "token.change",
  "token.revoke",
  "person.create",
  "person.rename",
  "person.pin",
  "person.lock",
  "person.retire",
  "shifts.change",
  "report_mail.create",
  "report_mail.delete",
  "quality.freeze",
  "quality.unfreeze",
  "signal.acknowledge",
] as const;

type Kind =
  | "job"
  | "bag"
  | "scale"
  | "connection"
  | "token"
  | "person"
  | "plant"
  | "report_mail"
  | "product"
  | "reference"
  | "signal";

export interface AuditEvent {
  readonly action: (typeof actions)[number];
  /** What it was done to, as `job:7`, `bag:12345`, a source, a station or a finding by its name or a journal by its id; many deliveries at once are `deliveries`. */
  readonly subject:
    | `${Kind}:${number}`
    | `source:${string}`
    | `station:${string}`
    | `finding:${string}`
    | `journal:${string}`
    | "deliveries";
  /** What else there is to say, as the reason given. */
  readonly detail: Detail;
  /** What was changed, as it was; null: there was nothing. */
  readonly before: Detail | null;
  /** The same fields afterwards; null: there is nothing any more. */
  readonly after: Detail | null;
}

/**
 * Writes who did what when, and what it changed; never changed or deleted afterwards.
 *
 * @param tx the change's own transaction: an event is written with the change it tells of, or not at all.
 */
export async function audit(tx: Transaction, by: Actor, event: AuditEvent): Promise<void> {
  const { action, subject, detail, before, after } = event;
  await tx`
    insert into audit_event (plant_id, at, actor, person_id, action, subject, detail, before, after)
    values (
      ${by.plant}, ${new Date(by.at)}, ${by.actor}, ${by.person?.id ?? null}, ${action}, ${subject}, ${tx.json(detail)},
      ${before === null ? null : tx.json(before)}, ${after === null ? null : tx.json(after)}
    )`;
}
