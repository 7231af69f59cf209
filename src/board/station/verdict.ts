import type { ReadingEvent } from "../../events/event.ts";
import type { Bag } from "../../records/bags/bag-view.ts";
import type { Job } from "../../records/jobs/job-view.ts";
import type { RejectedFrame } from "../../records/rejected/rejected-list.ts";
import type { AskedCheck } from "../../records/scale-checks/asked.ts";
import { verdictOf as madeVerdictOf } from "../shared/bag-verdict.ts";
import { areJobsUpstream } from "../shared/session.ts";
import { provisionalVerdict } from "./provisional.ts";

/** How a bag is shown: by color, word and shape. */
export type Verdict =
  | "in"
  | "under"
  | "over"
  /** Out of tolerance, by the web application, which does not say to which side. */
  | "out"
  | "noJob"
  | "void"
  | "kept"
  /** The web application has not answered yet. */
  | "asked"
  /** It did not take the bag. */
  | "refused"
  | "notTaken";

export function verdictOf(bag: Bag): Exclude<Verdict, "kept" | "notTaken"> {
  if (bag.voided_at !== null) return "void";
  if (areJobsUpstream.value) return upstreamVerdict(bag);
  const verdict = madeVerdictOf(bag);
  return verdict === "no_job" ? "noJob" : verdict;
}

function upstreamVerdict({ delivery }: Bag): "in" | "out" | "noJob" | "asked" | "refused" {
  switch (delivery?.state) {
    case "pending":
      return "asked";
    case "parked":
    case "discarded":
      return "refused";
    case "delivered":
      if (delivery.upstream_in_tolerance === null) return "noJob";
      return delivery.upstream_in_tolerance ? "in" : "out";
    case undefined:
      return "noJob";
  }
}

/** Of a weight that is not recorded yet: what it is in the job that runs, as far as the board knows of one. */
export function readingVerdict(reading: ReadingEvent, job: Job | null): "in" | "under" | "over" | "kept" {
  return job?.status === "active" ? provisionalVerdict(reading, job) : "kept";
}

/** A print that was not taken. One that checks a scale was taken. */
export type NotTaken = RejectedFrame & { readonly reason: Exclude<RejectedFrame["reason"], "check"> };

export function isNotTaken(frame: RejectedFrame): frame is NotTaken {
  return frame.reason !== "check";
}

/** What fills the screen. */
export type Latest =
  | { readonly kind: "bag"; readonly bag: Bag }
  /** Kept in the journal, because it cannot be recorded for now. */
  | { readonly kind: "reading"; readonly reading: ReadingEvent }
  | { readonly kind: "rejected"; readonly frame: NotTaken }
  /** A check of a scale: while it waits for its print, and when it has ended. */
  | { readonly kind: "check"; readonly check: AskedCheck }
  | { readonly kind: "nothing" };

/** A check of a scale that has no end yet. */
export function isOpen({ state }: AskedCheck): boolean {
  return state === "waiting" || state === "printed";
}

/**
 * The latest of bag, weight without a verdict yet, rejected print and check: who printed looks for the result of that
 * print, and must not see an older weight instead. A check that waits comes first: the next print is its.
 */
export function latestOf(
  bag: Bag | undefined,
  reading: ReadingEvent | null,
  frame: NotTaken | null,
  check: AskedCheck | null,
): Latest {
  if (check !== null && isOpen(check)) return { kind: "check", check };
  const all: { readonly at: string; readonly latest: Latest }[] = [];
  if (bag !== undefined) all.push({ at: bag.weighed_at, latest: { kind: "bag", bag } });
  if (reading !== null && reading.uid !== bag?.uid) {
    all.push({ at: reading.weighed_at, latest: { kind: "reading", reading } });
  }
  if (frame !== null) all.push({ at: frame.received_at, latest: { kind: "rejected", frame } });
  if (check !== null) {
    all.push({ at: check.result?.checked_at ?? check.expires_at, latest: { kind: "check", check } });
  }
  // A stable sort: of one moment, the later kind.
  all.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return all.at(-1)?.latest ?? { kind: "nothing" };
}

/** Newest weighing first; of one moment, the one recorded later. */
export function newestFirst(a: Bag, b: Bag): number {
  return Date.parse(b.weighed_at) - Date.parse(a.weighed_at) || b.id - a.id;
}

/** Puts a new or changed bag into a list that is newest first and holds `max` at most. */
export function withBag(bags: readonly Bag[], bag: Bag, max: number): readonly Bag[] {
  return [bag, ...bags.filter(({ id }) => id !== bag.id)].sort(newestFirst).slice(0, max);
}
