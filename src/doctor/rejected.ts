import { z } from "zod";
import { type Check, failed, passed, type Subject } from "./check.ts";

export const rejectedChecks: readonly Check[] = [
  {
    name: "rejected frames",
    needs: ["appliance", "admin token", "part: database"],
    inside: true,
    run: rejectedFrames,
  },
];

const dayMs = 86_400_000;
const pageMax = 500;

/** These belong to everyday weighing: a load that swings, an empty platform, a cable pulled in the middle. */
const everyday = new Set(["motion", "overload", "not_positive", "truncated"]);

const remedies: Readonly<Record<string, string>> = {
  malformed: "Set the indicator's print format to scale id, comma, weight, blank, unit, CR LF",
  too_long: "Add a terminator (CR LF) to the indicator's print format; or something else sends to this port",
  unknown_unit: "Set the indicator to lb, kg, g or oz",
  out_of_range: "Check the scale id in the print format (1 to 2147483647) and the weight's digits",
  unknown_scale: "Add the scale to PREPUFF_STATIONS, or enable it (PATCH /api/scales)",
  refused: "The log says why the database refused it; make a file with prepuff support-bundle and report it",
};

async function rejectedFrames({ api, clock }: Subject) {
  const from = new Date(clock.now() - dayMs).toISOString();
  const { items, next } = await api.get(
    `/api/rejected?limit=${pageMax}&from=${from}`,
    z.object({
      items: z.array(z.object({ reason: z.string(), remote_address: z.string(), raw: z.string() })),
      next: z.string().nullable(),
    }),
  );
  if (items.length === 0) return passed("none in the last day");
  const counts = new Map<string, number>();
  for (const { reason } of items) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const byCount = [...counts].sort(([, a], [, b]) => b - a);
  const wrong = byCount.find(([reason]) => !everyday.has(reason));
  const [reason, count] = wrong ?? byCount[0] ?? ["", 0];
  const example = items.find((item) => item.reason === reason);
  const total = next === null ? `${items.length} in the last day` : `more than ${pageMax} in the last day`;
  const words = `${total}; ${reason} ${count} times, as ${JSON.stringify(example?.raw.slice(0, 60))} from ${example?.remote_address}`;
  if (wrong === undefined) return passed(`${words}: such frames are everyday`);
  return failed(words, remedies[reason] ?? "See the README: what is rejected");
}
