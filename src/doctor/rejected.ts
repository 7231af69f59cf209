import { z } from "zod";
import type { RejectedFrame } from "../http/rejected-list.ts";
import { rejectedReasonSchema } from "../http/rejected-reasons.ts";
import type { Check, Subject } from "./check.ts";
import { amiss, type Phrase, phrase, well } from "./phrase.ts";

export const rejectedChecks: readonly Check[] = [
  {
    name: "rejected frames",
    needs: ["appliance", "admin token", "part: database"],
    inside: "rejected_frames",
    run: rejectedFrames,
  },
];

const dayMs = 86_400_000;

/** The others belong to everyday weighing: a load that swings, an empty platform, a cable pulled in the middle. */
const remedies: Readonly<Partial<Record<RejectedFrame["reason"], Phrase>>> = {
  malformed: phrase("do_malformed"),
  too_long: phrase("do_too_long"),
  unknown_unit: phrase("do_unknown_unit"),
  out_of_range: phrase("do_out_of_range"),
  unknown_scale: phrase("do_unknown_scale"),
  refused: phrase("do_refused_frame"),
};

async function rejectedFrames({ api, clock }: Subject) {
  const from = new Date(clock.now() - dayMs).toISOString();
  const { items } = await api.get(
    `/api/rejected/reasons?from=${from}`,
    z.object({ items: z.array(rejectedReasonSchema) }),
  );
  const check = phrase("rejected_frames");
  // The most frequent stands first.
  const wrong = items.find(({ reason }) => remedies[reason] !== undefined);
  const told = wrong ?? items[0];
  if (told === undefined) return [well(check, phrase("none_rejected"))];
  const { reason, frames: times, example } = told;
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
  if (remedy === undefined) return [well(check, ...what, phrase("rejected_everyday"))];
  return [amiss(check, what, remedy)];
}
