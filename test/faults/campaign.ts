import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judge, untilAlive, type Verdict } from "./oracle.ts";
import { openPlant, type Plant } from "./plant.ts";
import type { Scenario } from "./scenario.ts";

/** Cycles of one world: appliance, Postgres and upstream live so long, and are then counted. */
const worldCycles = 25;

export interface CampaignOptions {
  /** null: as many as it takes to play every scenario once. */
  readonly cycles: number | null;
  readonly seed: number;
  /** The number of the first cycle: what a cycle plays follows from the seed and its number. */
  readonly first: number;
  readonly scenarios: readonly Scenario[];
  /** The compiled program in place of the source. */
  readonly binary: string | undefined;
  readonly say: (line: string) => void;
}

/**
 * Plays the cycles: each has one to three faults of different parts at once, under load, takes them away, and waits for
 * a fresh bag of every scale.
 *
 * @returns whether nothing was lost or doubled, and all came to life again.
 */
export async function runCampaign(options: CampaignOptions): Promise<boolean> {
  const { seed, first, scenarios, say } = options;
  const verdicts: Verdict[] = [];
  const played = new Map<string, number>();
  const skipped = new Set<string>();
  const failures: string[] = [];
  let slowestMs = 0;

  let deal: Scenario[][] | null = null;
  let cycles = options.cycles ?? Number.POSITIVE_INFINITY;
  for (let cycle = first; cycle < first + cycles; ) {
    await using plant = await openPlant(options.binary);
    const possible = scenarios.filter((each) => {
      const obstacle = each.obstacle?.(plant) ?? null;
      if (obstacle !== null && !skipped.has(each.name)) say(`NOT PLAYED: ${each.name}: ${obstacle}`);
      if (obstacle !== null) skipped.add(each.name);
      return obstacle === null;
    });
    if (options.cycles === null) {
      deal ??= dealAll(possible, streamOf(seed, 0, 0));
      cycles = deal.length;
    }
    const worldEnd = Math.min(first + cycles, cycle + worldCycles);
    try {
      while (cycle < worldEnd) {
        const drawn = deal?.[cycle - first] ?? draw(possible, streamOf(seed, cycle, 0));
        say(`cycle ${cycle - first + 1} of ${cycles}: ${drawn.map(({ name }) => name).join(" + ")}`);
        cycle++;
        await play(plant, drawn, (nth) => streamOf(seed, cycle - 1, nth + 1));
        for (const { name } of drawn) played.set(name, (played.get(name) ?? 0) + 1);
        slowestMs = Math.max(slowestMs, await untilAlive(plant));
      }
      const verdict = await judge(plant);
      verdicts.push(verdict);
      for (const fault of verdict.faults) say(`MISMATCH: ${fault}`);
      if (verdict.faults.length > 0) say(`the logs are in ${keepLogs(plant, verdict.faults)}`);
      say(`so far: ${balance(verdicts, failures)}`);
    } catch (error) {
      const failure = `cycle ${cycle - 1}: ${error instanceof Error ? error.message : error}`;
      failures.push(failure);
      const told = [failure, await databaseActivity(plant)];
      say(`FAILED: ${failure}; the logs are in ${keepLogs(plant, told)}`);
    }
  }

  say(`played: ${[...played].map(([name, times]) => `${name} ${times}`).join(", ")}`);
  if (skipped.size > 0) say(`not played: ${[...skipped].join(", ")}`);
  say(`alive again after the faults within ${(slowestMs / 1000).toFixed(1)} s`);
  say(`receipt: seed ${seed}, ${cycles} cycles: ${balance(verdicts, failures)}`);
  return mismatchesOf(verdicts, failures) === 0;
}

/** What PostgreSQL is at: where recording hangs, it says for whom it waits. */
async function databaseActivity({ postgres }: Plant): Promise<string> {
  try {
    const rows = await postgres.sql`
      select pid, state, wait_event_type, wait_event, pg_blocking_pids(pid) as blocked_by,
        now() - xact_start as transaction, now() - query_start as statement, left(query, 300) as query
      from pg_stat_activity
      where backend_type = 'client backend' and pid <> pg_backend_pid() and state <> 'idle'`;
    return `the database's sessions: ${JSON.stringify(rows, null, 1)}`;
  } catch (error) {
    return `the database's sessions are not known: ${error}`;
  }
}

function balance(verdicts: readonly Verdict[], failures: readonly string[]): string {
  const sum = (of: (verdict: Verdict) => number) => verdicts.reduce((all, each) => all + of(each), 0);
  return [
    `sent ${sum(({ sent }) => sent)}`,
    ` = bags ${sum(({ bags }) => bags)} + rejected ${sum(({ rejected }) => rejected)}`,
    ` + pending ${sum(({ pending }) => pending)}`,
    ` + never read ${sum(({ neverRead }) => neverRead)} (in the kernel when a line broke or a process died)`,
    ` + destroyed on the disk ${sum(({ destroyed }) => destroyed)} (each named by the ledger)`,
    `, lost ${sum(({ lost }) => lost)}, duplicated ${sum(({ duplicated }) => duplicated)}`,
    `, upstream received each once: ${sum(({ upstream }) => upstream)}`,
    `; mismatches ${mismatchesOf(verdicts, failures)}`,
  ].join("");
}

function mismatchesOf(verdicts: readonly Verdict[], failures: readonly string[]): number {
  return verdicts.reduce((all, { faults }) => all + faults.length, 0) + failures.length;
}

/** One to three that have no part in common. */
function draw(possible: readonly Scenario[], random: () => number): Scenario[] {
  const wanted = 1 + Math.floor(random() * 3);
  const drawn: Scenario[] = [];
  const taken = new Set<string>();
  for (let tries = 0; tries < wanted * 3 && drawn.length < wanted; tries++) {
    const scenario = possible[Math.floor(random() * possible.length)];
    if (scenario === undefined || scenario.parts.some((part) => taken.has(part))) continue;
    for (const part of scenario.parts) taken.add(part);
    drawn.push(scenario);
  }
  return drawn;
}

/** Every scenario once, in as few cycles as it takes. */
function dealAll(possible: readonly Scenario[], random: () => number): Scenario[][] {
  const cycles: Scenario[][] = [];
  const byChance = possible.map((scenario) => ({ scenario, place: random() }));
  byChance.sort((a, b) => b.scenario.parts.length - a.scenario.parts.length || a.place - b.place);
  for (const { scenario } of byChance) {
    const fits = cycles.find(
      (cycle) =>
        cycle.length < 3 && !cycle.some(({ parts }) => parts.some((part) => scenario.parts.includes(part))),
    );
    if (fits) fits.push(scenario);
    else cycles.push([scenario]);
  }
  return cycles;
}

/** @param streamFor each scenario's own: what it draws must not depend on what the others do meanwhile. */
async function play(
  plant: Plant,
  drawn: readonly Scenario[],
  streamFor: (nth: number) => () => number,
): Promise<void> {
  const playing = drawn.map(async (scenario, nth) => {
    const random = streamFor(nth);
    await Bun.sleep(300 * random());
    await scenario.play({ ...plant, random });
  });
  // All are over before the world may go, also where one fails.
  const ends = await Promise.allSettled(playing);
  for (const [nth, end] of ends.entries()) {
    if (end.status === "rejected") throw new Error(`${drawn[nth]?.name}: ${end.reason}`);
  }
}

function keepLogs({ logDir }: Plant, faults: readonly string[]): string {
  const kept = mkdtempSync(join(tmpdir(), "prepuff-faults-"));
  cpSync(logDir, kept, { recursive: true });
  void Bun.write(join(kept, "faults.txt"), `${faults.join("\n")}\n`);
  return kept;
}

/** Numbers in [0, 1) that follow from the seed, the cycle and the scenario's place in it: mulberry32. */
function streamOf(seed: number, cycle: number, nth: number): () => number {
  let state = Bun.hash.xxHash32(`${seed} ${cycle} ${nth}`);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
