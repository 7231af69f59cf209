// The other company's API, local and fast: answers every bag with success, and keeps what is needed to see whether each
// came once and in its station's order. A process of its own; answers each message of its parent with its tally.
import { nowMs } from "../watch/clock.ts";
import type { UpstreamTally } from "./upstream.ts";

const seen = new Set<string>();
const lastOfStation = new Map<string, string>();
const tally = { requests: 0, bags: 0, outOfOrder: 0, firstAt: Number.NaN, lastAt: Number.NaN };

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv[2]),
  async fetch(request) {
    const form = new URLSearchParams(await request.text());
    const key = request.headers.get("idempotency-key") ?? "";
    const station = form.get("station") ?? "";
    tally.requests++;
    if (!seen.has(key)) {
      seen.add(key);
      tally.bags++;
      tally.lastAt = nowMs();
      if (tally.bags === 1) tally.firstAt = tally.lastAt;
      // Version 7: of one process, a later one is greater.
      if (key < (lastOfStation.get(station) ?? "")) tally.outOfOrder++;
      lastOfStation.set(station, key);
    }
    return Response.json({
      success: true,
      bag_id: tally.bags,
      bag_num: tally.bags,
      in_tolerance: true,
      job_complete: false,
    });
  },
});

process.on("message", () => process.send?.({ ...tally } satisfies UpstreamTally));
process.send?.({ url: `${server.url.origin}/api/prepuff/scan_bag` });
