import type { RejectedFrame } from "../records/rejected/rejected-list.ts";
import { recognise } from "../scale/frames/greeting.ts";
import { protocols } from "../scale/frames/protocols.ts";
import { failed, type InsideCheck, passed, type Subject } from "./check.ts";
import type { Phrase } from "./finding-phrases.ts";
import { phrase } from "./phrase.ts";

export const rejectedChecks: readonly InsideCheck[] = [
  {
    name: "rejected prints",
    needs: ["appliance", "admin token", "part: database"],
    inside: "rejected_frames",
    run: rejectedFrames,
  },
  {
    name: "connections of no scale",
    needs: ["appliance", "admin token", "part: database"],
    inside: "no_scale_connections",
    run: foreignConnections,
  },
];

/** The other reasons are normal in weighing: a load that swings, an empty platform, a cable that is pulled. */
const remedies: Readonly<Partial<Record<RejectedFrame["reason"], Phrase>>> = {
  malformed: phrase("do_malformed"),
  ambiguous: phrase("do_ambiguous"),
  stale: phrase("do_stale"),
  remainder: phrase("do_remainder"),
  too_long: phrase("do_too_long"),
  unknown_unit: phrase("do_unknown_unit"),
  out_of_range: phrase("do_out_of_range"),
  unknown_scale: phrase("do_unknown_scale"),
  refused: phrase("do_refused_frame"),
};

/** Connections have a check of their own, and the check of a scale is no fault. */
function isOther(reason: RejectedFrame["reason"]): boolean {
  return reason === "greeting" || reason === "check";
}

async function rejectedFrames({ facts }: Subject) {
  const items = (await facts.rejectedReasons()).filter(({ reason }) => !isOther(reason));
  const wrong = items.find(({ reason }) => remedies[reason] !== undefined);
  const shown = wrong ?? items[0];
  if (shown === undefined) return passed(phrase("none_rejected"));
  const { reason, frames: times, example } = shown;
  const what = [
    phrase("rejected", { frames: items.reduce((sum, { frames }) => sum + frames, 0) }),
    phrase("rejected_mostly", {
      reason,
      times,
      example: JSON.stringify(example.raw.slice(0, 60)),
      address: example.remote_address,
    }),
  ];
  const remedy = remedies[reason];
  return remedy === undefined ? passed([...what, phrase("rejected_everyday")]) : failed(what, remedy);
}

/** The first bytes of a connection that is no scale's are kept as a rejected frame, one for each connection. */
async function foreignConnections({ facts }: Subject) {
  const found = (await facts.rejectedReasons()).find(({ reason }) => reason === "greeting");
  if (found === undefined) return passed(phrase("none_foreign"));
  const { frames: times, example } = found;
  const protocol = protocolOf(example.raw);
  return failed(
    phrase("foreign", { times, address: example.remote_address, protocol }),
    phrase("do_foreign"),
    "know",
  );
}

/** @param raw as the API shows bytes: those that are not printable as `\\xNN`. */
function protocolOf(raw: string): string {
  const bytes = raw.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const beginning = recognise(bytes);
  return beginning === "none" || beginning === "undecided" ? "something else" : protocols[beginning];
}
