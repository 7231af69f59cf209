/**
 * A year of one product, 1,000,000 bags of four stations with a scale each: how long questions about quality and their page take,
 * right after a start and later, how long the appliance holds up its scales for them, and how long blocks of bags are made.
 *
 *   bun test/campaigns/quality.ts --rows 1000000
 */
import { loadavg } from "node:os";
import { type Appliance, startAppliance } from "../support/appliance.ts";
import { launchBrowser, visit } from "../support/browser.ts";
import { memoryOf, quantile, startCampaign } from "../support/campaign.ts";
import { fillPlantYear } from "../support/plant-year.ts";
import { connectScale, frames } from "../support/scale-line.ts";
import { startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const campaign = startCampaign("quality", { rows: 1_000_000, job: 500, runs: 20 });
const { rows, job, runs } = campaign.numbers;
const { say, check } = campaign;
const answerMs = 300;
const pageMs = 1_000;

using folder = tempFolder();
await using postgres = await startSystemPostgres({}, tempFolder());
const { sql } = postgres;
const start = () =>
  startAppliance({ dataDir: folder.path, databaseUrl: postgres.url, binary: campaign.binary });

const facts: Record<string, string | number> = { rows };
let product: number;
{
  await using first = await start();
  await first.ready();
  // So that the blocks are made from the start on, in one go.
  await first.stop();
  say(`filling in ${rows} bags`);
  product = await fillPlantYear(sql, { rows, stations: 4, scalesOfStation: 1, bagsOfJob: job });
}
{
  await using maker = await start();
  await maker.ready();
  const began = performance.now();
  const asked = await ask(maker, "chart?chart=xbar_r&station=Station%201");
  facts["a quarter without blocks ms"] = Math.round(asked);
  await until("all blocks are made", async () => (await numbersLeft()) === 0, 600_000);
  facts["blocks s"] = Math.round((performance.now() - began) / 1000);
  const [size] = await sql<{ bytes: number; blocks: number }[]>`
    select sum(octet_length(columns))::float8 as bytes, count(*)::integer as blocks from bag_block`;
  facts.blocks = size?.blocks ?? 0;
  facts["blocks MB"] = Number(((size?.bytes ?? 0) / 1e6).toFixed(1));
  say(`${facts.blocks} blocks, ${facts["blocks MB"]} MB, in ${facts["blocks s"]} s`);
  await maker.stop();
}
await sql`vacuum analyze`;

const questions = {
  xbar_r: "chart?chart=xbar_r",
  xbar_s: "chart?chart=xbar_s",
  i_mr: "chart?chart=i_mr",
  ewma: "chart?chart=ewma",
  cusum: "chart?chart=cusum",
  capability: "capability?",
  limits: "limits?",
  scales: "scales?",
} as const;

for (const [name, question] of Object.entries(questions)) {
  await using appliance = await start();
  await appliance.ready();
  facts[`${name} first ms`] = Math.round(await ask(appliance, question));
  const before = await processorMs(appliance);
  const took: number[] = [];
  for (let run = 0; run < runs; run++) took.push(await ask(appliance, question));
  const [p50, p95] = [Math.round(quantile(took, 0.5)), Math.round(quantile(took, 0.95))];
  const processor = Math.round(((await processorMs(appliance)) - before) / runs);
  const held = await longestWait(appliance, async () => {
    for (let run = 0; run < 5; run++) await ask(appliance, question);
  });
  facts[`${name} p50 ms`] = p50;
  facts[`${name} p95 ms`] = p95;
  facts[`${name} processor ms`] = processor;
  facts[`${name} held ms`] = held;
  say(
    `${name}: first ${facts[`${name} first ms`]} ms, p50 ${p50} ms, p95 ${p95} ms, processor ${processor} ms, others waited ${held} ms at most, load ${load()}`,
  );
  check(`${name} takes ${answerMs} ms at most in 95 of 100`, p95 <= answerMs);
  await appliance.stop();
}

{
  await using appliance = await start();
  await appliance.ready();
  const browser = await launchBrowser();
  const took: number[] = [];
  for (let run = 0; run <= 5; run++) {
    await using opened = await visit(browser, appliance, { role: "viewer", path: "/jobs" });
    await opened.page.goto("about:blank");
    const began = performance.now();
    await opened.page.goto(`${await appliance.origin()}/quality?product=${product}`);
    await opened.page.locator(".histogram .column").first().waitFor();
    took.push(Math.round(performance.now() - began));
  }
  await browser.close();
  const [first = 0, ...later] = took;
  facts["page first ms"] = first;
  facts["page p50 ms"] = quantile(later, 0.5);
  say(`page: first ${first} ms, then ${later.join(" ")} ms, load ${load()}`);
  check(`the page takes ${pageMs} ms at most`, quantile(later, 0.5) <= pageMs);

  // Bags come in while questions are answered: how long one waits until it is recorded.
  const scale = await connectScale(appliance.scalePort);
  const quiet = await recordingTimes(scale, 40);
  let isOver = false;
  const asking = (async () => {
    while (!isOver)
      for (const question of Object.values(questions)) if (!isOver) await ask(appliance, question);
  })();
  const busy = await recordingTimes(scale, 80);
  isOver = true;
  await asking;
  await scale.close();
  facts["bag recorded p50 ms"] = Math.round(quantile(quiet, 0.5));
  facts["bag recorded while asked p50 ms"] = Math.round(quantile(busy, 0.5));
  facts["bag recorded while asked most ms"] = Math.round(quantile(busy, 1));
  facts["resident MB"] = memoryOf(appliance.pid).peak;
  await appliance.stop();
}
campaign.receipt(facts);

async function ask(appliance: Appliance, question: string): Promise<number> {
  const began = performance.now();
  const answer = await appliance.api(`/api/quality/${question}&product=${product}`);
  await answer.text();
  check(`${question} is answered`, answer.status === 200);
  return performance.now() - began;
}

async function numbersLeft(): Promise<number> {
  const [row] = await sql<{ left: number }[]>`
    select (sum(last_bag_num) - (select coalesce(sum(through_num - after_num), 0) from bag_block))::integer as left
    from prepuff_job`;
  return row?.left ?? 0;
}

/** From the print to the row, bag by bag. */
async function recordingTimes(
  scale: Awaited<ReturnType<typeof connectScale>>,
  bags: number,
): Promise<number[]> {
  const took: number[] = [];
  for (let bag = 0; bag < bags; bag++) {
    const [before] = await sql<{ last: number }[]>`select last_value as last from filler_bag_id_seq`;
    const began = performance.now();
    await scale.send(frames(1, bag, 1));
    for (let last = before?.last ?? 0; last === before?.last; ) {
      const [now] = await sql<{ last: number }[]>`select last_value as last from filler_bag_id_seq`;
      last = now?.last ?? 0;
    }
    took.push(performance.now() - began);
    await Bun.sleep(30);
  }
  return took;
}

/** Processor time of the appliance so far. */
async function processorMs(appliance: Appliance): Promise<number> {
  return (await metric(appliance, "process_cpu_seconds_total")) * 1000;
}

/** For how long the appliance did nothing else at most: what an answer that costs nothing took meanwhile. */
async function longestWait(appliance: Appliance, work: () => Promise<void>): Promise<number> {
  let [isDone, longest] = [false, 0];
  const looking = (async () => {
    while (!isDone) {
      const began = performance.now();
      await (await appliance.api("/health/live", { token: null })).text();
      longest = Math.max(longest, performance.now() - began);
      await Bun.sleep(2);
    }
  })();
  await work();
  isDone = true;
  await looking;
  return Math.round(longest);
}

async function metric(appliance: Appliance, name: string): Promise<number> {
  const text = await (await appliance.api("/metrics")).text();
  return Number(text.match(new RegExp(`^${name} (.*)$`, "m"))?.[1]);
}

function load(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}
