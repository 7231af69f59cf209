import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { connect, type Sql } from "../../src/database/database.ts";
import { askedCheckSchema } from "../../src/records/scale-checks/asked.ts";
import type { Appliance } from "../support/appliance.ts";
import { type FakeUpstream, success } from "../support/fake-upstream.ts";
import { answered, readLedger, startJob } from "../support/outside.ts";
import { connectScale } from "../support/scale-line.ts";
import { silentLogger } from "../support/silent-logger.ts";
import type { SystemPostgres } from "../support/system-postgres.ts";
import { until } from "../support/until.ts";
import { bagOf, type PlantScales } from "./plant-scales.ts";

/** What can be done to the plant. */
export interface Plant {
  appliance: Appliance;
  readonly postgres: SystemPostgres;
  readonly upstream: FakeUpstream;
  readonly scales: PlantScales;
  /** 128 MiB, with the data folder on it. */
  readonly disk: string;
  readonly backups: string;
  readonly tokenFile: string;
  restart(signal: NodeJS.Signals): Promise<void>;
}

/** One section of the runbooks. */
export interface Walk {
  readonly state: string;
  bring(): Promise<void> | void;
  /** What the runbook says, step by step, where a program can do it. */
  remedy(): Promise<void>;
  /** What was done. */
  readonly done: string;
}

/** The walks, by the name of their alert. They leave the plant as they found it. */
export function createWalks(plant: Plant): {
  begin(): Promise<void>;
  ledger(): Promise<{ missing: number; pending: number }>;
  readonly all: Readonly<Record<string, Walk>>;
} {
  const { scales, upstream, postgres } = plant;
  const api: Appliance["api"] = (path, request) => plant.appliance.api(path, request);
  const ledger = () => readLedger({ api });
  let job = 0;
  /** Of which no rules are looked for: nobody would acknowledge what other walks raise. */
  let unwatched: number | null = null;
  async function newJob(targetWeight: string, product = unwatched): Promise<void> {
    if (job !== 0) await api(`/api/jobs/${job}/complete`, { method: "POST", body: {} });
    job = (await startJob({ api }, { target_weight: targetWeight, product_id: product })).id;
  }
  const good = () => scales.print(bagOf(50));
  const health = async () => JSON.stringify(await (await api("/health/ready")).json());
  const filler = join(plant.disk, "filler");
  const fill = (mebibytes: number) =>
    void Bun.spawnSync(["dd", "if=/dev/zero", `of=${filler}`, "bs=1M", `count=${mebibytes}`]);
  const backupAt = (at: number) =>
    join(plant.backups, `prepuff-${new Date(at).toISOString().replace(/[-:]|\.\d+/g, "")}.dump`);
  const untilRecorded = () =>
    until(
      "what waited is recorded",
      async () => {
        const counts = await ledger().catch(() => null);
        return counts !== null && counts.pending < 20;
      },
      60_000,
    );
  let held: { release(): Promise<void> } | null = null;
  let flapping: Promise<void> = Promise.resolve();
  let isFlapping = false;
  let newer = "";
  let streaming: Promise<void> = Promise.resolve();
  let isStreaming = false;

  async function setChecking(changes: object): Promise<void> {
    const weights = [{ name: "50 lb", weight: "50" }];
    const body = { division: "0.02", class: "hb44-iii", weights, ...changes };
    const answer = await api("/api/scales/1/checking", { method: "PUT", body });
    if (!answer.ok) throw new Error(await answer.text());
  }

  /** Lets scale 1 show this for its check weight. */
  async function checkScale(shown: string): Promise<void> {
    await setChecking({});
    scales.print((id) => (id === 1 ? `1,${shown} lb` : bagOf(50)(id)));
    const asked = await answered(api("/api/scales/1/checks", { method: "POST", body: {} }), askedCheckSchema);
    const address = `/api/scales/1/checks/${asked.uid}`;
    await until(
      "the check is judged",
      async () => (await answered(api(address), askedCheckSchema)).state === "done",
    );
    good();
  }

  const all: Record<string, Walk> = {
    ScaleDisconnected: {
      state: "scale 1 loses its connection while a job runs",
      bring: () => scales.unplug(1),
      async remedy() {
        scales.plug(1);
        await until("GET /api/scales shows it connected", async () => {
          const shape = z.object({ items: z.array(z.object({ id: z.number(), connected: z.boolean() })) });
          const { items } = await answered(api("/api/scales"), shape);
          return items.some(({ id, connected }) => id === 1 && connected);
        });
      },
      done: "its cable is in again, GET /api/scales shows it connected",
    },
    ScaleSilent: {
      state: "the scales stay connected and print nothing",
      bring: () => {
        scales.printing = false;
      },
      async remedy() {
        const shape = z.object({ items: z.array(z.object({ id: z.number() })) });
        const { items } = await answered(api("/api/connections"), shape);
        for (const { id } of items) await api(`/api/connections/${id}`, { method: "DELETE" });
        scales.printing = true;
      },
      done: "DELETE /api/connections/ID; the indicators connect anew and print",
    },
    ScaleConnectionUnstable: {
      state: "scale 1 comes and goes every 1.5 s",
      bring() {
        isFlapping = true;
        flapping = (async () => {
          while (isFlapping) {
            scales.unplug(1);
            await Bun.sleep(1_500);
            scales.plug(1);
            await Bun.sleep(1_500);
          }
        })();
      },
      async remedy() {
        isFlapping = false;
        await flapping;
      },
      done: "it stays connected",
    },
    NoReadings: {
      state: "no scale prints any more, a job runs",
      bring: () => {
        scales.printing = false;
      },
      async remedy() {
        scales.printing = true;
        await until("a bag comes", async () => (await ledger()).received > 0);
      },
      done: "the scales print",
    },
    ScaleRepeating: {
      state: "scale 1 prints 50.00 lb ten times a second",
      bring() {
        isStreaming = true;
        streaming = (async () => {
          const line = await connectScale(plant.appliance.scalePort);
          while (isStreaming) {
            await line.send("1,50.00 lb\r\n");
            await Bun.sleep(100);
          }
          await line.close();
        })();
      },
      async remedy() {
        isStreaming = false;
        await streaming;
        const shape = z.object({ items: z.array(z.object({ doubt: z.string().nullable() })) });
        const { items } = await answered(api("/api/bags?verdict=no_job&scale=1&limit=5"), shape);
        if (!items.some(({ doubt }) => doubt === "repeats")) throw new Error("GET /api/bags says otherwise");
      },
      done: "the indicator prints once a bag; what repeated is kept without a job",
    },
    ScaleCheckFailed: {
      state: "scale 1 shows 0.50 lb too much for its check weight",
      async bring() {
        await checkScale("50.50");
      },
      async remedy() {
        await checkScale("50.00");
      },
      done: "the scale was set right, and a check passed",
    },
    ScaleCheckOverdue: {
      state: "scale 1 is to be checked each bag, and nobody does",
      bring: () => setChecking({ every: "bags", every_bags: 1 }),
      remedy: () => setChecking({}),
      done: "the interval was not meant: changed",
    },
    RejectRateHigh: {
      state: "every print is of a load that moves",
      bring: () => scales.print((id) => `${id},50.00 lb M`),
      async remedy() {
        const shape = z.object({ items: z.array(z.object({ reason: z.string() })) });
        const { items } = await answered(api("/api/rejected?limit=5"), shape);
        if (!items.every(({ reason }) => reason === "motion"))
          throw new Error("GET /api/rejected says otherwise");
        good();
      },
      done: "GET /api/rejected says motion; printed when the load stands still",
    },
    OutOfToleranceHigh: {
      state: "bags of 60 lb on a job of 50 lb",
      bring: () => scales.print(bagOf(60)),
      remedy: () => newJob("60"),
      done: "the job was for another size: completed, and the right one started",
    },
    WeightsDrifting: {
      state: "bags 3 % too heavy, all in tolerance",
      async bring() {
        await newJob("50");
        scales.print(bagOf(51.5));
      },
      async remedy() {
        good();
      },
      done: "the filler was set",
    },
    SignalOpen: {
      state: "a little too heavy, on a job in which rules are looked for",
      async bring() {
        await newJob("50", null);
        scales.print(bagOf(50.5));
      },
      async remedy() {
        good();
        await newJob("50");
        const open = await answered(
          api("/api/quality/signals?open=true&limit=500"),
          z.object({ items: z.array(z.object({ id: z.int() })) }),
        );
        const body = { cause: "filler gate worn", action: "gate adjusted", name: "Ann" };
        for (const { id } of open.items) {
          await api(`/api/quality/signals/${id}/acknowledge`, { method: "POST", body });
        }
      },
      done: "the filler was set, and each open signal acknowledged with cause and action",
    },
    UpstreamFailing: {
      state: "the web application is away",
      bring: () => upstream.stop(),
      async remedy() {
        if (!/network error|refused/i.test(await health())) throw new Error(`health says: ${await health()}`);
        upstream.restart();
      },
      done: "GET /health/ready named the network error; it came back, and bags went by themselves",
    },
    UpstreamTokenRefused: {
      state: "the web application wants another token",
      bring: () =>
        upstream.answer(({ headers }) =>
          headers.get("authorization") === "Bearer a-new-token-of-the-upstream"
            ? success()
            : Response.json({ success: false, error: "unauthorized" }, { status: 401 }),
        ),
      async remedy() {
        await Bun.write(plant.tokenFile, "a-new-token-of-the-upstream");
        await plant.restart("SIGTERM");
        await plant.appliance.ready();
      },
      done: "the new token was put into its file, and the appliance restarted",
    },
    DeliveriesOld: {
      state: "the web application answers 503",
      bring: () => upstream.answer(() => new Response("busy", { status: 503 })),
      async remedy() {
        const shape = z.object({ items: z.array(z.object({ last_error: z.string().nullable() })) });
        const { items } = await answered(api("/api/deliveries?state=pending&limit=500"), shape);
        if (!items.some(({ last_error }) => last_error?.includes("503")))
          throw new Error("no last_error says 503");
        upstream.answer();
      },
      done: "last_error of the oldest said 503; the web application was mended",
    },
    BagsParked: {
      state: "the web application refuses every bag for good",
      bring: () =>
        upstream.answer(() => Response.json({ success: false, message: "unknown station" }, { status: 422 })),
      async remedy() {
        upstream.answer();
        await Bun.sleep(1_000);
        await api("/api/deliveries/retry", { method: "POST", body: { all: true } });
      },
      done: 'it was mended there, then POST /api/deliveries/retry {"all": true}',
    },
    ApplianceDown: {
      state: "the process is killed",
      async bring() {
        plant.appliance.kill("SIGKILL");
        await plant.appliance.exited;
      },
      async remedy() {
        await plant.restart("SIGKILL");
        await plant.appliance.ready();
      },
      done: "started again",
    },
    ApplianceUnstable: {
      state: "the process is killed and started three times",
      async bring() {
        for (let time = 0; time < 3; time++) {
          await plant.restart("SIGKILL");
          await plant.appliance.ready();
          await Bun.sleep(2_000);
        }
      },
      async remedy() {
        if (plant.appliance.log().length === 0) throw new Error("its log says nothing");
      },
      done: "its log was read, and it was left alone",
    },
    DatabaseDown: {
      state: "PostgreSQL is stopped",
      bring: () => postgres.stop(),
      async remedy() {
        if (!/"database":\{"state":"down"/.test(await health()))
          throw new Error(`health says: ${await health()}`);
        await postgres.start();
        await untilRecorded();
      },
      done: "GET /health/ready named it; started, pending in the ledger fell to 0",
    },
    JournalGrowing: {
      state: "somebody holds a lock on the table of bags",
      async bring() {
        const sql = connect(postgres.url, silentLogger, 1);
        const locked = Promise.withResolvers<void>();
        const free = Promise.withResolvers<void>();
        const ended = sql.begin(async (tx) => {
          await tx`lock table filler_bag in exclusive mode`;
          locked.resolve();
          await free.promise;
        });
        await locked.promise;
        held = {
          async release() {
            free.resolve();
            await ended;
            await sql.end();
          },
        };
      },
      async remedy() {
        await held?.release();
        held = null;
        await untilRecorded();
      },
      done: "the lock was released, pending in the ledger fell",
    },
    JournalDiskLow: {
      state: "the data folder's disk has little room left",
      bring: () => fill(95),
      async remedy() {
        rmSync(filler, { force: true });
      },
      done: "what filled it was deleted",
    },
    JournalDiskFull: {
      state: "the disk is full, to the last byte",
      bring: () => fill(128),
      async remedy() {
        rmSync(filler, { force: true });
        await until("the appliance is ready again", async () => (await api("/health/ready")).status === 200);
      },
      done: "room was made, and it went on by itself",
    },
    LedgerMissing: {
      state: "PostgreSQL is restored to an earlier state, while nobody weighs",
      async bring() {
        newer = await changePlaces(postgres.url, async (sql, name) => {
          // What a backup is here: a copy of the database, to which the appliance is brought back a moment later.
          await sql.unsafe(`create database earlier template ${name}`);
          await sql.unsafe(`alter database ${name} allow_connections true`);
          await Bun.sleep(5_000);
          scales.printing = false;
          await untilRecorded();
          await Bun.sleep(1_000);
          return "earlier";
        });
      },
      async remedy() {
        const { missing } = await ledger();
        if (missing <= 0) throw new Error(`missing is ${missing}`);
        await changePlaces(postgres.url, async () => newer);
        scales.printing = true;
      },
      done: "nothing was weighed since: the database of before was put back",
    },
    BackupOld: {
      state: "the last backup is of the day before yesterday",
      async bring() {
        for (const name of readdirSync(plant.backups)) rmSync(join(plant.backups, name));
        await Bun.write(backupAt(Date.now() - 40 * 3_600_000), "a dump");
      },
      async remedy() {
        await Bun.write(backupAt(Date.now()), "a dump");
      },
      done: "a backup was made",
    },
  };

  return {
    async begin() {
      await Bun.write(backupAt(Date.now() - 3_600_000), "a dump");
      const made = await answered(
        api("/api/products", { method: "POST", body: { name: "unwatched", target_weight: "50" } }),
        z.object({ id: z.int() }),
      );
      unwatched = made.id;
      const body = { chart_rules: [] };
      await api(`/api/products/${made.id}/quality`, { method: "PUT", body });
      await newJob("50");
      await until("bags come", async () => (await ledger()).received > 10);
    },
    ledger,
    all,
  };
}

/**
 * Puts another database in the place of the one in use, as a restore does: nobody is connected meanwhile.
 *
 * @param other gets the database's name, while nobody is connected to it, and says which one comes in its place.
 * @returns the name under which the one of before is kept.
 */
async function changePlaces(
  url: string,
  other: (sql: Sql, name: string) => Promise<string>,
): Promise<string> {
  const name = new URL(url).pathname.slice(1);
  const sql = connect(url.replace(/\/\w+$/, "/template1"), silentLogger, 1);
  const kick = async () => {
    await sql.unsafe(`alter database ${name} allow_connections false`);
    await sql`select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = ${name}`;
  };
  try {
    await kick();
    const next = await other(sql, name);
    await kick();
    const aside = `aside_${Date.now()}`;
    await sql.unsafe(`alter database ${name} rename to ${aside}`);
    await sql.unsafe(`alter database ${next} rename to ${name}`);
    await sql.unsafe(`alter database ${name} allow_connections true`);
    return aside;
  } finally {
    await sql.end();
  }
}
