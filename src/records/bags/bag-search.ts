import type { Executor } from "../../database/types.ts";
import { findCompanies } from "../jobs/companies.ts";

/** What people remember of a bag. */
export interface BagSearch {
  /** In its job. */
  readonly number?: number | undefined;
  /** lb, a decimal; so heavy or heavier. */
  readonly weightFrom?: string | undefined;
  /** lb, a decimal; so heavy or lighter. */
  readonly weightTo?: string | undefined;
  /** A part of the name of its job's company. */
  readonly company?: string | undefined;
  /** A part of what was said of it when it was entered by hand or voided, in any case. */
  readonly note?: string | undefined;
}

/** A search whose companies are found, so that it is a condition on the bag alone. */
export interface FoundSearch extends Omit<BagSearch, "company"> {
  readonly companies?: readonly number[] | undefined;
}

export async function findSearch(sql: Executor, { company, ...rest }: BagSearch): Promise<FoundSearch> {
  return { ...rest, ...(company !== undefined && { companies: await findCompanies(sql, company) }) };
}

/** Conditions on the bag `b`, each with its `and`. */
export function isSought(sql: Executor, { number, weightFrom, weightTo, companies, note }: FoundSearch) {
  return sql`
    ${number === undefined ? sql`` : sql`and b.bag_num = ${number}`}
    ${weightFrom === undefined ? sql`` : sql`and b.weight_lb >= ${weightFrom}::numeric`}
    ${weightTo === undefined ? sql`` : sql`and b.weight_lb <= ${weightTo}::numeric`}
    ${
      companies === undefined
        ? sql``
        : sql`and b.prepuff_job_id in (
            select id from prepuff_job where prepuff_company_id = any(${[...companies]}::integer[])
          )`
    }
    ${note === undefined ? sql`` : says(sql, note)}`;
}

/** Only voided bags and those entered by hand have any words. */
function says(sql: Executor, note: string) {
  const contains = (text: ReturnType<Executor>) => sql`strpos(lower(${text}), lower(${note})) > 0`;
  return sql`
    and (
      (b.voided_at is not null and ${contains(sql`b.void_reason`)})
      or (b.source = 'manual' and exists (
        select from audit_event entered
        where entered.subject = 'bag:' || b.id and entered.action = 'bag.enter'
          and ${contains(sql`entered.detail->>'note'`)}
      ))
    )`;
}
