import type { Bag } from "../../../records/bags/bag-view.ts";
import { idMax } from "../../../weighing/ids.ts";
import { type Verdict, verdicts } from "../../../weighing/verdict.ts";
import { verdictOf } from "../../shared/bag-verdict.ts";

/**
 * What of the bags is looked at. The page's address has it under the names of the API's own parameters, so that a
 * link can be passed on, and the same words ask for the list and for the CSV file.
 */
export interface BagFilter {
  readonly station: string | null;
  readonly job: number | null;
  readonly scale: number | null;
  readonly verdict: Verdict | null;
  /** In its job. */
  readonly number: number | null;
  /** lb, a decimal. */
  readonly weightFrom: string | null;
  /** lb, a decimal. */
  readonly weightTo: string | null;
  /** A part of its company's name. */
  readonly company: string | null;
  readonly lot: string | null;
  /** A part of what was said of it. */
  readonly note: string | null;
  /** null: voided bags are listed with the others. */
  readonly voided: boolean | null;
  /** Weighed then or later; RFC 3339 in UTC. */
  readonly from: string | null;
  /** Weighed earlier than that; RFC 3339 in UTC. */
  readonly to: string | null;
}

export const noFilter: BagFilter = {
  station: null,
  job: null,
  scale: null,
  verdict: null,
  number: null,
  weightFrom: null,
  weightTo: null,
  company: null,
  lot: null,
  note: null,
  voided: null,
  from: null,
  to: null,
};

/** Reads the address's query. What makes no sense is left out: an old link shows too much rather than an error. */
export function readFilter(query: URLSearchParams): BagFilter {
  const voided = query.get("voided");
  return {
    station: query.get("station")?.trim() || null,
    job: readId(query.get("job_id"), idMax),
    scale: readId(query.get("scale"), idMax),
    verdict: verdicts.find((each) => each === query.get("verdict")) ?? null,
    number: readId(query.get("number"), idMax),
    weightFrom: readPounds(query.get("weight_from")),
    weightTo: readPounds(query.get("weight_to")),
    company: query.get("company")?.trim() || null,
    lot: query.get("lot")?.trim() || null,
    note: query.get("note")?.trim() || null,
    voided: voided === "true" ? true : voided === "false" ? false : null,
    from: readTime(query.get("from")),
    to: readTime(query.get("to")),
  };
}

/** The query of the filter, in a fixed order; what is null is not in it. */
export function filterQuery(filter: BagFilter): URLSearchParams {
  const { station, job, scale, verdict, number, weightFrom, weightTo, company, lot, note } = filter;
  const values = {
    station,
    job_id: job,
    scale,
    verdict,
    number,
    weight_from: weightFrom,
    weight_to: weightTo,
    company,
    lot,
    note,
    voided: filter.voided,
    from: filter.from,
    to: filter.to,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== null) query.set(name, String(value));
  return query;
}

/** `path?query`, without the question mark where the query is empty. */
export function withQuery(path: string, query: URLSearchParams): string {
  const text = query.toString();
  return text === "" ? path : `${path}?${text}`;
}

/** Where the browser downloads every bag that matches: for the spreadsheet of a reader, or for programs. */
export function csvLink(
  filter: BagFilter,
  reader: { readonly locale?: string; readonly unit?: "lb" | "kg" } = {},
): string {
  const query = filterQuery(filter);
  for (const [name, value] of Object.entries(reader)) query.set(name, value);
  return withQuery("/api/bags.csv", query);
}

/** Whether a bag that an event brought belongs into the list, as the server would decide. */
export function matches(filter: BagFilter, bag: Bag): boolean {
  const { station, job, scale, verdict, number, weightFrom, weightTo, lot, voided, from, to } = filter;
  // What the bag itself does not say is left to the server.
  if (filter.company !== null || filter.note !== null) return false;
  const weighedAt = Date.parse(bag.weighed_at);
  return (
    (station === null || bag.station === station) &&
    (job === null || bag.job_id === job) &&
    (scale === null || bag.scale === scale) &&
    (verdict === null || verdictOf(bag) === verdict) &&
    (number === null || bag.bag_num === number) &&
    (weightFrom === null || Number(bag.weight_lb) >= Number(weightFrom)) &&
    (weightTo === null || Number(bag.weight_lb) <= Number(weightTo)) &&
    (lot === null || bag.lot === lot) &&
    (voided === null || (bag.voided_at !== null) === voided) &&
    (from === null || weighedAt >= Date.parse(from)) &&
    (to === null || weighedAt < Date.parse(to))
  );
}

/** A whole number from 1 to `max`, as in the address or an input; null where it is none. */
export function readId(text: string | null, max: number): number | null {
  const id = /^[0-9]{1,16}$/.test(text?.trim() ?? "") ? Number(text) : 0;
  return id >= 1 && id <= max ? id : null;
}

function readPounds(text: string | null): string | null {
  return /^\d{1,8}(?:\.\d{1,4})?$/.test(text ?? "") ? text : null;
}

function readTime(text: string | null): string | null {
  const at = /^\d{4}-\d\d-\d\dT/.test(text ?? "") ? Date.parse(text ?? "") : Number.NaN;
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}
