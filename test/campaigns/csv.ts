/**
 * Downloads a table of bags as CSV, and watches the appliance's memory meanwhile.
 *
 *   bun test/campaigns/csv.ts --rows 1000000
 */
import { connect } from "node:net";
import { startAppliance } from "../support/appliance.ts";
import { memoryOf, startCampaign } from "../support/campaign.ts";
import { startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";

const campaign = startCampaign("csv", { rows: 1_000_000 });
const { rows } = campaign.numbers;
const { say, check } = campaign;
/** Garbage comes and goes by tens of megabytes; a table that is kept shows as hundreds. */
const noiseMb = 40;

using folder = tempFolder();
await using postgres = await startSystemPostgres({}, tempFolder());
await using appliance = await startAppliance({
  dataDir: folder.path,
  databaseUrl: postgres.url,
  binary: campaign.binary,
});
await appliance.ready();
say(`filling in ${rows} bags`);
await postgres.sql`
  insert into filler_bag (uid, station, scale_id, printed_scale_id, weight, unit, weight_lb, weighed_at, source, raw)
  select gen_random_uuid(), 'Station ' || 1 + n % 4, 1 + n % 8, 1 + n % 8, 45 + (n % 1000) * 0.01, 'lb', 45 + (n % 1000) * 0.01,
    now() - n * interval '1 second', 'scale', '1,50.00 lb'
  from generate_series(1, ${rows}::integer) n`;
await postgres.sql`analyze filler_bag`;
// What the appliance needs of code and pools is there before it is measured.
await (await appliance.api("/api/bags.csv?scale=1&from=2999-01-01T00:00:00Z")).text();
await (await appliance.api("/api/bags")).text();

const before = memoryOf(appliance.pid);
const { port } = await appliance.line("HTTP port open");
const request =
  "GET /api/bags.csv HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer viewer-token-of-the-system-tests\r\n\r\n";
const idle = connect({ port: Number(port), host: "127.0.0.1" }).pause();
idle.write(request);
await Bun.sleep(5_000);
const unread = memoryOf(appliance.pid);
say(`${unread.now} MB resident after 5 s of a client that reads nothing`);
check("for a client that does not read nothing is fetched", unread.now - before.now <= noiseMb);
idle.destroy();

const began = performance.now();
const answer = await fetch(`http://127.0.0.1:${port}/api/bags.csv`, {
  headers: { authorization: "Bearer viewer-token-of-the-system-tests" },
});
let lines = 0;
let bytes = 0;
/** The most of each half of the download. */
const peaks = [0, 0];
let nextLook = 0;
let firstByteMs = 0;
for await (const chunk of answer.body ?? []) {
  firstByteMs ||= Math.round(performance.now() - began);
  bytes += chunk.byteLength;
  for (const byte of chunk) if (byte === 10) lines++;
  if (lines < nextLook) continue;
  nextLook += rows / 20;
  const { now } = memoryOf(appliance.pid);
  const half = lines <= rows / 2 ? 0 : 1;
  peaks[half] = Math.max(peaks[half] ?? 0, now);
  say(`${lines} lines, ${now} MB resident`);
}
const seconds = (performance.now() - began) / 1000;
check("every bag is in it, and the first line", lines === rows + 1);
const [first = 0, second = 0] = peaks;
check("memory does not grow with what was downloaded", second - first <= noiseMb);
campaign.receipt({
  rows,
  megabytes: Math.round(bytes / 1e6),
  seconds: seconds.toFixed(1),
  "rows/s": Math.round(rows / seconds),
  "first byte ms": firstByteMs,
  "resident before MB": before.now,
  "peak of the first half MB": first,
  "of the second MB": second,
});
