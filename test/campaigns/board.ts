// The board in a real browser: from the frame to the pixel, the size of the first load, and a week of bags.
import type { CDPSession, Page } from "playwright-core";
import { type Appliance, startAppliance } from "../support/appliance.ts";
import { launchBrowser, visit } from "../support/browser.ts";
import { memoryOf, quantile, startCampaign } from "../support/campaign.ts";
import { startJob } from "../support/outside.ts";
import { endTestDatabases, testDatabase } from "../support/postgres.ts";
import { connectScale, frames, type ScaleLine, uniqueWeight } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";

const campaign = startCampaign("board", { bags: 100_000, timed: 300, batch: 250 });
const { bags, timed, batch } = campaign.numbers;
/** From the frame to the pixel, in 95 of 100 bags. */
const pixelLimitMs = 200;
const sizeLimitBytes = 100_000;
/** Between the first thousand bags and the last: what is cached warms up, and no more. */
const growthLimitBytes = 2_000_000;

const folder = tempFolder();
const { url } = await testDatabase({ migrated: false });
const appliance = await startAppliance({
  dataDir: folder.path,
  databaseUrl: url,
  binary: campaign.binary,
});
await appliance.ready();
await startJob(appliance);
const scale = await connectScale(appliance.scalePort);
const browser = await launchBrowser();
const reader = await visit(browser, appliance, { role: "operator", path: "/?station=Station%201" });
const { page } = reader;
await page.locator(".scale-chip, .face").first().waitFor();

const bytes = await firstLoad(appliance);
campaign.say(`first load ${bytes} bytes, compressed`);
campaign.check(`the first load is at most ${sizeLimitBytes} bytes`, bytes <= sizeLimitBytes);

await print(scale, 0, 20);
await shows(page, 19);
const delays = await timeBags(20, timed);
const [p50, p95, most] = [quantile(delays, 0.5), quantile(delays, 0.95), quantile(delays, 1)];
campaign.say(
  `frame to pixel: p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, most ${most.toFixed(1)} ms`,
);
campaign.check(`95 of 100 bags are seen within ${pixelLimitMs} ms`, p95 <= pixelLimitMs);

const session = await page.context().newCDPSession(page);
await session.send("Performance.enable");
let sent = 20 + timed;
await printUpTo(1_000);
const start = await measure(session);
campaign.say(`after ${sent} bags: ${told(start)}`);
for (const part of [0.25, 0.5, 0.75, 1]) {
  await printUpTo(Math.floor(bags * part));
  campaign.say(`after ${sent} bags: ${told(await measure(session))}`);
}
const end = await measure(session);
campaign.check("the heap did not grow", end.heap - start.heap < growthLimitBytes);
campaign.check(
  "the page did not grow",
  end.nodes - start.nodes < 200 && end.listeners - start.listeners < 50,
);
campaign.check("the page complained about nothing", reader.faults.length === 0);
const recent = await page.locator(".last-bags li").count();
campaign.check("ten bags are shown", recent === 10);
campaign.receipt({
  bytes,
  p50_ms: p50.toFixed(1),
  p95_ms: p95.toFixed(1),
  bags: sent,
  heap_start: start.heap,
  heap_end: end.heap,
  nodes_start: start.nodes,
  nodes_end: end.nodes,
  renderer_mb_start: start.megabytes,
  renderer_mb_end: end.megabytes,
});

await browser.close();
scale[Symbol.dispose]();
await appliance.stop();
await endTestDatabases();
folder[Symbol.dispose]();
process.exit();

function print(line: ScaleLine, from: number, count: number): Promise<void> {
  return line.send(frames(1, from, count));
}

/** Waits until the bag fills the screen. */
async function shows(on: Page, index: number): Promise<void> {
  const weight = uniqueWeight(index);
  await on.waitForFunction(
    (text) => document.querySelector(".face-weight")?.textContent?.replaceAll(",", "").startsWith(text),
    weight,
    { timeout: 60_000 },
  );
}

async function printUpTo(count: number): Promise<void> {
  while (sent < count) {
    const next = Math.min(batch, count - sent);
    await print(scale, sent, next);
    sent += next;
    await shows(page, sent - 1);
  }
}

/** Milliseconds from the write into the scale's socket to the frame in which the browser has painted the weight. */
async function timeBags(from: number, count: number): Promise<number[]> {
  await page.evaluate(() => {
    const seen: Record<string, number> = {};
    Object.assign(window, { seen });
    const note = () => {
      const text = document.querySelector(".face-weight")?.firstChild?.textContent ?? "";
      if (text in seen) return;
      requestAnimationFrame(() => {
        // A message's turn comes after the frame was painted.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          seen[text] ??= performance.timeOrigin + performance.now();
          port1.close();
        };
        port2.postMessage(null);
      });
    };
    const place = document.querySelector(".latest");
    if (place !== null)
      new MutationObserver(note).observe(place, { subtree: true, childList: true, characterData: true });
  });
  const sentAt = new Map<string, number>();
  for (let index = from; index < from + count; index++) {
    sentAt.set(uniqueWeight(index), performance.timeOrigin + performance.now());
    await print(scale, index, 1);
    await shows(page, index);
    await Bun.sleep(40 + campaign.random() * 60);
  }
  const seen = await page.evaluate(() => ({ ...Reflect.get(window, "seen") }) as Record<string, number>);
  return [...sentAt].map(([weight, at]) => (seen[weight] ?? Number.POSITIVE_INFINITY) - at);
}

async function firstLoad(of: Appliance): Promise<number> {
  const origin = await of.origin();
  const get = async (path: string) => {
    const answer = await fetch(origin + path, {
      headers: { "accept-encoding": "gzip" },
      decompress: false,
    });
    return new Uint8Array(await answer.arrayBuffer());
  };
  const first = await get("/");
  const html = new TextDecoder().decode(Bun.gunzipSync(first));
  const files = [...html.matchAll(/(?:src|href)="(\/board\/[^"]+)"/g)].map(([, path = ""]) => path);
  const sizes = await Promise.all(files.map(async (path) => (await get(path)).byteLength));
  return sizes.reduce((sum, size) => sum + size, first.byteLength);
}

interface Measured {
  /** Bytes in use after a garbage collection. */
  readonly heap: number;
  readonly nodes: number;
  readonly listeners: number;
  /** Resident memory of the page's process. */
  readonly megabytes: number;
}

async function measure(on: CDPSession): Promise<Measured> {
  await on.send("HeapProfiler.collectGarbage");
  const { metrics } = await on.send("Performance.getMetrics");
  const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  const ofBrowser = await browser.newBrowserCDPSession();
  const { processInfo } = await ofBrowser.send("SystemInfo.getProcessInfo");
  await ofBrowser.detach();
  const renderers = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => memoryOf(id).now);
  return {
    heap: value("JSHeapUsedSize"),
    nodes: value("Nodes"),
    listeners: value("JSEventListeners"),
    megabytes: Math.max(...renderers),
  };
}

function told({ heap, nodes, listeners, megabytes }: Measured): string {
  return `heap ${(heap / 1e6).toFixed(2)} MB, ${nodes} nodes, ${listeners} listeners, process ${megabytes} MB`;
}
