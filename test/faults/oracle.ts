import { jobsWithBadNumbers, readLedger } from "../support/outside.ts";
import { until } from "../support/until.ts";
import { bagKey, type Plant } from "./plant.ts";
import { compareRejected } from "./rejected-frames.ts";

/** Frames: sent = bags + rejected + pending + neverRead + destroyed, where nothing is wrong. */
export interface Verdict {
  readonly sent: number;
  readonly bags: number;
  readonly rejected: number;
  readonly pending: number;
  /** The kernel still had them when a connection broke or a process died. */
  readonly neverRead: number;
  /** A scenario destroyed their bytes on the disk, and the ledger misses exactly them. */
  readonly destroyed: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly upstream: number;
  readonly faults: readonly string[];
}

/** How long the product may take to be all itself again after the last fault; backoff is seconds, not minutes. */
const livenessMs = 90_000;

/** After the faults: a weighing of every scale must become a bag. @returns how long that took, in ms. */
export async function untilAlive({ postgres, senders }: Plant): Promise<number> {
  const began = performance.now();
  const [first] = await postgres.sql<{ id: number }[]>`select coalesce(max(id), 0) as id from filler_bag`;
  await until(
    "every scale has a fresh bag",
    async () => {
      const [row] = await postgres.sql<{ scales: number }[]>`
        select count(distinct scale_id)::integer as scales
        from filler_bag
        where id > ${first?.id ?? 0} and scale_id = any(${[...senders.scales]}::integer[])`;
      return row?.scales === senders.scales.length;
    },
    livenessMs,
  );
  return performance.now() - began;
}

/**
 * Ends the sending, lets the rest be recorded and delivered, and counts: the senders' own numbers against what is
 * in Postgres, and Postgres against the upstream's own log. The product's ledger is the last to be asked.
 */
export async function judge(plant: Plant): Promise<Verdict> {
  const { senders, rubbish, destroyed } = plant;
  await senders.stop();
  await untilSettled(plant);

  const stored = await readStored(plant);
  const bags = senders.compare(stored.weights, (scale, weight) => destroyed.bags.has(bagKey(scale, weight)));
  const { cutFrames } = bags;
  const rejected = compareRejected(stored.rejected, {
    rubbish,
    cutFrames,
    destroyed: destroyed.rejected,
    counted: stored.counted,
  });
  const ledger = await readLedger(plant.appliance());
  const verdict = {
    sent: bags.sent + rubbish.length,
    bags: stored.bags.length,
    rejected: stored.rejected.length + stored.counted,
    pending: ledger.pending,
    neverRead: bags.neverRead - rejected.piecesOfBags + rejected.neverRead,
    destroyed: bags.destroyed + rejected.destroyed,
    lost: bags.lost + rejected.lost,
    duplicated: stored.twice + rejected.duplicated,
    upstream: plant.upstream.taken.length,
  };
  const { sent, pending, neverRead } = verdict;
  const accounted = verdict.bags + verdict.rejected + pending + neverRead + verdict.destroyed;
  const faults = [
    ...bags.faults,
    ...rejected.faults,
    ...(await numberFaults(plant)),
    ...upstreamFaults(plant, stored.bags),
    ...ledgerFaults(ledger, verdict),
  ];
  if (stored.twice > 0) faults.push(`${stored.twice} weighings are stored twice`);
  if (sent !== accounted && faults.length === 0) faults.push(`sent ${sent}, accounted for ${accounted}`);
  return { ...verdict, faults };
}

async function untilSettled(plant: Plant): Promise<void> {
  const { sql } = plant.postgres;
  await until(
    "nothing is pending",
    // A 503 is no verdict: what was half-way when PostgreSQL froze can be stored before the appliance asks it again.
    async () => (await readLedger(plant.appliance()).catch(() => null))?.pending === 0,
    livenessMs,
  );
  await until(
    "everything is delivered",
    async () => {
      const [row] = await sql<{ open: number }[]>`
        select count(*)::integer as open from delivery where state <> 'delivered'`;
      return row?.open === 0;
    },
    livenessMs * 2,
  );
}

interface StoredBag {
  readonly uid: string;
  readonly station: string;
}

async function readStored({ postgres: { sql } }: Plant) {
  const weights = await sql<{ scale: number; weights: string[] }[]>`
    select printed_scale_id as scale, array_agg(weight::text order by journal_seq) as weights
    from filler_bag
    group by 1`;
  const [twice] = await sql<{ bags: number }[]>`
    select count(*)::integer as bags
    from (select from filler_bag group by printed_scale_id, weight having count(*) > 1) t`;
  const bags = await sql<StoredBag[]>`select uid, station from filler_bag order by id`;
  const rejected = await sql<
    { raw: Buffer; frames: number }[]
  >`select raw, frames::integer from rejected_frame`;
  return {
    weights: new Map(weights.map((row) => [row.scale, row.weights])),
    twice: twice?.bags ?? 0,
    bags: [...bags],
    rejected: rejected.map(({ raw }) => raw.toString("latin1")),
    counted: rejected.reduce((all, { frames }) => all + frames - 1, 0),
  };
}

async function numberFaults({ postgres }: Plant): Promise<string[]> {
  const jobs = await jobsWithBadNumbers(postgres.sql);
  return jobs.map(({ job }) => `job ${job}: its numbers are not 1, 2, 3 …`);
}

/** Each bag once, and each station's in the order in which Postgres has them. */
function upstreamFaults({ upstream }: Plant, bags: readonly StoredBag[]): string[] {
  const faults = upstream.stray.map((request) => `the upstream got ${request}`);
  const { taken } = upstream;
  const stationOf = new Map(bags.map(({ uid, station }) => [uid, station]));
  for (const station of new Set(stationOf.values())) {
    const sent = taken.filter((uid) => stationOf.get(uid) === station);
    const kept = bags.filter((bag) => bag.station === station);
    const differs = kept.findIndex(({ uid }, index) => sent[index] !== uid);
    if (differs >= 0 || sent.length !== kept.length) {
      faults.push(
        `${station}: the upstream has other bags, or in another order, than Postgres (at ${differs})`,
      );
    }
  }
  if (taken.length !== bags.length)
    faults.push(`the upstream has ${taken.length} bags, Postgres ${bags.length}`);
  return faults;
}

function ledgerFaults(
  ledger: Awaited<ReturnType<typeof readLedger>>,
  { bags, rejected, destroyed }: Omit<Verdict, "faults">,
): string[] {
  const faults: string[] = [];
  if (ledger.missing !== destroyed) faults.push(`the ledger misses ${ledger.missing}, not ${destroyed}`);
  if (ledger.bags !== bags) faults.push(`the ledger has ${ledger.bags} bags, Postgres ${bags}`);
  if (ledger.rejected !== rejected)
    faults.push(`the ledger has ${ledger.rejected} rejected frames, Postgres ${rejected}`);
  return faults;
}
