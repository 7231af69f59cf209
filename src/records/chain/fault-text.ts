import type { Fault } from "./faults.ts";

const kindNames = {
  audit: "event",
  job: "job",
  bag: "bag",
  check: "scale check",
  release: "release",
} as const;

/** A fault in one line for people: what, when, and by whom as far as that is known. */
export function faultText({
  fault,
  seq,
  last_seq: last,
  kind,
  row_id: row,
  linked_at: at,
  event,
}: Fault): string {
  const thing = kind === null ? "" : `${kindNames[kind]} ${row}`;
  const told =
    event === null
      ? ""
      : `; ${kind === "audit" ? "it says" : "last event"}: ${event.at} ${event.actor} ${event.action} ${event.subject}`;
  const linked = `link ${seq} of ${at}`;
  switch (fault) {
    case "changed":
      return `${thing} is not what it was (${linked})${told}`;
    case "removed":
      return `${thing} was removed (${linked})${told}`;
    case "put_in":
      return seq === null
        ? `${thing} has no link: it was put in or changed past the appliance${told}`
        : `${thing} was removed, and is there again (${linked})${told}`;
    case "no_event":
      return `${thing} was changed past the appliance: no event tells of it (${linked})${told}`;
    case "bags_changed":
      return `${thing}: the bags of its job are not those that were released (${linked})${told}`;
    case "link_changed":
      return `${linked}, ${thing}, does not follow from the one before: it was changed, or those before it were made again${told}`;
    case "links_removed":
      return seq === last ? `link ${seq} was removed` : `links ${seq} to ${last} were removed`;
    case "cut_off":
      return `the chain ends before link ${seq}, which was there: its end was removed, or an older backup was restored`;
    case "other_head":
      return `link ${seq} has another digest than the one given: that link or some before it were made again`;
  }
}
