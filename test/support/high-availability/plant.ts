// An appliance with its scales, beside a cluster, and an oracle of its own: what this process wrote to its sockets.
import { join } from "node:path";
import type { Sql } from "../../../src/database/database.ts";
import { type Appliance, startAppliance } from "../appliance.ts";
import { jobsWithBadNumbers, readLedger, startJob } from "../outside.ts";
import { connectScale, uniqueWeight } from "../scale-line.ts";
import { until } from "../until.ts";

/** What became of the prints of some time. Times in seconds. */
export interface Outcome {
  readonly sent: number;
  readonly lost: number;
  readonly duplicated: number;
  /** The longest that a print waited until the appliance took it. */
  readonly scaleWaited: number;
  /** The longest that a bag waited until PostgreSQL had it. */
  readonly bagWaited: number;
  /** How often the appliance found that the database had gone back to an earlier state. */
  readonly fallenBack: number;
}

export interface Plant extends AsyncDisposable {
  /** How it reaches the database, in words. */
  readonly way: string;
  readonly database: string;
  readonly appliance: Appliance;
  /** Begins a time of which `outcome` tells. */
  begin(): void;
  /** Waits until all that was sent so far is in the database. */
  caughtUp(sql: Sql): Promise<void>;
  outcome(sql: Sql): Promise<Outcome>;
  /** Ends the weighing, and holds everything that was ever sent against the database. @returns what is wrong. */
  finish(sql: Sql): Promise<string[]>;
}

export async function startPlant(parts: {
  readonly way: string;
  readonly database: string;
  readonly databaseUrl: string;
  readonly folder: string;
  readonly binary: string | undefined;
  readonly scales: number;
  /** Between two prints of a scale. */
  readonly everyMs: number;
}): Promise<Plant> {
  const { way, database, databaseUrl, folder, binary, scales, everyMs } = parts;
  const appliance = await startAppliance({ dataDir: join(folder, database), databaseUrl, binary });
  await appliance.ready(120_000);
  await startJob(appliance);
  /** By scale, when each of its prints was sent; milliseconds since the epoch. */
  const sent = Array.from({ length: scales }, (): number[] => []);
  let from = sent.map(() => 0);
  let began = new Date();
  let isOver = false;

  const weighing = sent.map(async (times, nth) => {
    const line = await connectScale(appliance.scalePort);
    while (!isOver) {
      times.push(Date.now());
      await line.send(`${nth + 1},${uniqueWeight(times.length - 1)} lb\r\n`);
      await Bun.sleep(everyMs);
    }
    return await line.close();
  });

  async function caughtUp(sql: Sql): Promise<void> {
    const target = sent.reduce((all, { length }) => all + length, 0);
    await until(
      `${way}: what was sent until now is recorded`,
      async () => {
        const [row] = await sql<{ bags: number }[]>`select count(*)::int as bags from filler_bag`;
        return (row?.bags ?? 0) >= target;
      },
      120_000,
    );
  }

  async function outcome(sql: Sql): Promise<Outcome> {
    const to = sent.map(({ length }) => length);
    await caughtUp(sql);
    const rows = await sql<{ scale: number; weight: string; weighed: number; recorded: number }[]>`
      select printed_scale_id as scale, weight::text, extract(epoch from weighed_at)::float8 * 1000 as weighed,
        extract(epoch from recorded_at)::float8 * 1000 as recorded
      from filler_bag
      where weighed_at >= ${new Date(began.getTime() - 10_000)}`;
    const stored = Map.groupBy(rows, ({ scale, weight }) => `${scale},${weight}`);
    let [count, lost, duplicated, scaleWaited, bagWaited] = [0, 0, 0, 0, 0];
    for (const [nth, times] of sent.entries()) {
      for (let index = from[nth] ?? 0; index < (to[nth] ?? 0); index++) {
        const [first, ...others] = stored.get(`${nth + 1},${uniqueWeight(index)}`) ?? [];
        count++;
        duplicated += others.length;
        if (first === undefined) {
          lost++;
          continue;
        }
        scaleWaited = Math.max(scaleWaited, first.weighed - (times[index] ?? 0));
        bagWaited = Math.max(bagWaited, first.recorded - first.weighed);
      }
    }
    const [fallen] = await sql<{ times: number }[]>`
      select count(*)::int as times from audit_event where action = 'database.fell_back' and at >= ${began}`;
    return {
      sent: count,
      lost,
      duplicated,
      scaleWaited: scaleWaited / 1_000,
      bagWaited: bagWaited / 1_000,
      fallenBack: fallen?.times ?? 0,
    };
  }

  async function finish(sql: Sql): Promise<string[]> {
    isOver = true;
    const wrong: string[] = [];
    if (!(await Promise.all(weighing)).every(Boolean)) wrong.push("a scale was not read to its end");
    await caughtUp(sql);
    from = sent.map(() => 0);
    began = new Date(0);
    const { lost, duplicated } = await outcome(sql);
    if (lost > 0) wrong.push(`${lost} bags are lost`);
    if (duplicated > 0) wrong.push(`${duplicated} bags are doubled`);
    const total = sent.reduce((all, { length }) => all + length, 0);
    const [row] = await sql<{ bags: number; most: number }[]>`
      select count(*)::int as bags, max(bag_num)::int as most from filler_bag`;
    if (row?.bags !== total || row.most !== total) {
      wrong.push(`${total} were sent, ${row?.bags} are stored, and the last has number ${row?.most}`);
    }
    if ((await jobsWithBadNumbers(sql)).length > 0)
      wrong.push("the bags are not numbered 1, 2, 3 … in their order");
    const { missing } = await readLedger(appliance);
    if (missing !== 0) wrong.push(`the count check has ${missing} missing`);
    return wrong.map((each) => `${way}: ${each}`);
  }

  return {
    way,
    database,
    appliance,
    begin() {
      from = sent.map(({ length }) => length);
      began = new Date();
    },
    caughtUp,
    outcome,
    finish,
    [Symbol.asyncDispose]: () => appliance[Symbol.asyncDispose](),
  };
}
