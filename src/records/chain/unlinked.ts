import type { Transaction } from "../../database/types.ts";
import { type FoundFault, faultWithoutLink } from "./faults.ts";
import type { ChainKind } from "./link.ts";

/** Rows that must have a link, and have none, in the order of their ids; `limit` of each kind at most. */
export async function rowsWithoutLink(tx: Transaction, plant: number, limit: number): Promise<FoundFault[]> {
  const faults: FoundFault[] = [];
  for (const { kind, rows } of linked(tx, plant)) {
    const found = await tx<{ id: number }[]>`
      select r.id
      from (${rows}) r
      where not exists (
        select from record_chain c where c.kind = ${kind} and c.row_id = r.id and c.plant_id = ${plant}
      )
      order by r.id
      limit ${limit}`;
    faults.push(...found.map(({ id }) => faultWithoutLink(kind, id)));
  }
  return faults;
}

function linked(tx: Transaction, plant: number) {
  const all: readonly { readonly kind: ChainKind; readonly rows: ReturnType<Transaction> }[] = [
    { kind: "audit", rows: tx`select id from audit_event where plant_id = ${plant}` },
    { kind: "job", rows: tx`select id from prepuff_job where plant_id = ${plant}` },
    // Bags get a link when they are corrected: of one that counts nobody can tell whether it should have one.
    { kind: "bag", rows: tx`select id from filler_bag where plant_id = ${plant} and voided_at is not null` },
    { kind: "check", rows: tx`select id from scale_check where plant_id = ${plant}` },
    { kind: "release", rows: tx`select id from job_release where plant_id = ${plant}` },
  ];
  return all;
}
