/**
 * Sends bodies that are made to cost, without a token, and measures what they cost a real appliance: the answer, how long it
 * took, the most memory of the process, and the longest time that somebody else's question waited meanwhile.
 *
 *   bun test/campaigns/hostile-bodies.ts
 */
import { readFileSync } from "node:fs";
import { startAppliance } from "../support/appliance.ts";
import { startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";

const nested = (bytes: number) => `${"[".repeat(bytes / 2)}${"]".repeat(bytes / 2)}`;
const flat = JSON.stringify(
  Object.fromEntries(Array.from({ length: 80_000 }, (_, i) => [i.toString(36), 1])),
);
const json = "application/json";
const form = "application/x-www-form-urlencoded";
const pairs = Array.from({ length: 80_000 }, (_, i) => `k${i}=1`).join("&");

const bodies: readonly (readonly [name: string, path: string, type: string, body: string])[] = [
  ["30 KB of nested JSON", "/api/session", json, nested(30_000)],
  ["60 KB of nested JSON", "/api/session", json, nested(60_000)],
  ["60 KB of nested JSON that says it is text", "/api/session", "text/plain;xj=1", nested(60_000)],
  ["a flat object of 80,000 keys", "/api/session", json, flat],
  ["a form of 80,000 keys", "/api/prepuff/scan_bag", form, pairs],
  ["a form with one key 80,000 times", "/api/prepuff/scan_bag", form, "weight=1&".repeat(80_000)],
];

for (const [name, path, type, body] of bodies) {
  // Each against a process of its own: memory that was taken once is seldom given back.
  using folder = tempFolder();
  await using postgres = await startSystemPostgres();
  await using appliance = await startAppliance({ dataDir: folder.path, databaseUrl: postgres.url });
  await appliance.ready();
  const origin = await appliance.origin();
  await Bun.sleep(500);
  const peakMiB = () => {
    const status = readFileSync(`/proc/${appliance.pid}/status`, "utf8");
    return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024);
  };
  const before = peakMiB();
  let isOver = false;
  let longestMs = 0;
  const others = (async () => {
    while (!isOver) {
      const began = performance.now();
      await (await fetch(`${origin}/health/live`)).text();
      longestMs = Math.max(longestMs, performance.now() - began);
      await Bun.sleep(5);
    }
  })();
  await Bun.sleep(200);
  longestMs = 0;
  const began = performance.now();
  const token = path.includes("scan_bag") ? { authorization: "Bearer ingest-token-of-the-system-tests" } : {};
  const answer = await fetch(origin + path, {
    method: "POST",
    headers: { "content-type": type, ...token },
    body,
  });
  const { length } = await answer.text();
  const ms = Math.round(performance.now() - began);
  isOver = true;
  await others;
  process.stdout.write(
    `${name} (${body.length} bytes): ${answer.status}, ${length} bytes of answer, ${ms} ms, longest wait of others ${Math.round(longestMs)} ms, memory ${before} -> ${peakMiB()} MiB\n`,
  );
}
