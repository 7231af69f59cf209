import { expect, test } from "bun:test";
import type { Sql } from "../../src/database/database.ts";
import { type Appliance, startAppliance } from "../support/appliance.ts";
import { type FakeUpstream, startFakeUpstream, success } from "../support/fake-upstream.ts";
import { readMetric, startJob, untilRecorded } from "../support/outside.ts";
import { testDatabase } from "../support/postgres.ts";
import { connectScale, frames } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const token = "upstream-token-of-the-system-tests";
const bagsEach = 30;
const htmlPage = new Response("<html><body>Please log in</body></html>", {
  headers: { "content-type": "text/html" },
});

interface Scene {
  readonly appliance: Appliance;
  readonly upstream: FakeUpstream;
  readonly sql: Sql;
  /** Sends the next bags of both stations, and waits until they are recorded. */
  weigh(): Promise<void>;
}

/** Plays a scene that ends with a whole upstream, and then wants every bag delivered once, in order on each station. */
async function expectAllDelivered(
  play: (scene: Scene) => Promise<void>,
  { inFlightMax = 1, timeoutMs = 10_000 } = {},
): Promise<void> {
  using folder = tempFolder();
  const { url, sql } = await testDatabase({ migrated: false });
  await using stack = new AsyncDisposableStack();
  const upstream = startFakeUpstream();
  stack.defer(() => upstream.stop());
  await using appliance = await startAppliance({
    dataDir: folder.path,
    databaseUrl: url,
    env: {
      PREPUFF_UPSTREAM_URL: upstream.url,
      PREPUFF_UPSTREAM_TOKEN: token,
      PREPUFF_UPSTREAM_TIMEOUT_MS: String(timeoutMs),
      PREPUFF_STATIONS: "1:Line A,2:Line B",
    },
  });
  await appliance.ready();
  await Promise.all([startJob(appliance, { station: "Line A" }), startJob(appliance, { station: "Line B" })]);
  let weighed = 0;
  const weigh = async () => {
    for (const scale of [1, 2]) {
      using line = await connectScale(appliance.scalePort);
      await line.send(frames(scale, weighed, bagsEach));
      expect(await line.close()).toBe(true);
    }
    weighed += bagsEach;
    await untilRecorded(appliance, 2 * weighed);
  };
  await weigh();
  await until("the first bags are delivered", () => upstream.taken.length === 2 * weighed);
  await play({ appliance, upstream, sql, weigh });
  await weigh();
  await until("all bags are delivered", () => upstream.taken.length === 2 * weighed);

  await until("Postgres knows it", async () => {
    const [row] = await sql<
      { open: number }[]
    >`select count(*) as open from delivery where state <> 'delivered'`;
    return row?.open === 0;
  });
  for (const station of ["Line A", "Line B"]) {
    const rows = await sql<{ uid: string }[]>`
      select uid from filler_bag where station = ${station} order by journal_seq`;
    const uids = rows.map(({ uid }) => uid);
    const stationOf = new Map(upstream.received.map((scan) => [scan.key, scan.station]));
    expect(upstream.taken.filter((key) => stationOf.get(key) === station)).toEqual(uids);
  }
  expect(upstream.inFlightMax).toBeLessThanOrEqual(inFlightMax);
}

test("an upstream that is down, and comes back", async () => {
  await expectAllDelivered(async ({ appliance, upstream, weigh }) => {
    await upstream.stop();
    await weigh();
    await appliance.line("upstream is away: bags wait, weighing goes on");
    const ready = await appliance.api("/health/ready");
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ status: "degraded", parts: { upstream: { state: "down" } } });
    expect(await readMetric(appliance, 'prepuff_upstream_up{destination="Web application"}')).toBe(0);
    upstream.restart();
    await appliance.line("upstream is back");
  });
}, 60_000);

test("an upstream that takes a bag and answers too late gets it again with the same key, and no other one before", async () => {
  const play = async ({ upstream, weigh }: Scene) => {
    const before = upstream.received.length;
    upstream.answer(async () => {
      await Bun.sleep(800);
      return success();
    });
    await weigh();
    const late = (station: string) =>
      upstream.received.slice(before).filter((scan) => scan.station === station);
    const stations = ["Line A", "Line B"];
    await until(
      "some answers came too late",
      () => upstream.received.length >= before + 4 && stations.every((station) => late(station).length > 0),
    );
    for (const station of stations) expect(new Set(late(station).map(({ key }) => key)).size).toBe(1);
    upstream.answer();
  };
  // It may still be at requests that were given up when the next one comes.
  await expectAllDelivered(play, { inFlightMax: 3, timeoutMs: 400 });
}, 60_000);

test("an upstream that answers 500 and 503 with Retry-After", async () => {
  await expectAllDelivered(async ({ upstream, weigh }) => {
    let refusals = 0;
    upstream.answer(() =>
      ++refusals % 2 === 0
        ? new Response("broken", { status: 500 })
        : new Response("busy", { status: 503, headers: { "retry-after": "1" } }),
    );
    await weigh();
    await until("it refused some", () => refusals >= 3);
    upstream.answer();
  });
}, 60_000);

test("a login page with status 200 is no answer of the API", async () => {
  await expectAllDelivered(async ({ upstream, weigh, sql }) => {
    let pages = 0;
    upstream.answer(() => {
      pages++;
      return htmlPage.clone();
    });
    await weigh();
    await until("some pages came", () => pages >= 3);
    const [row] = await sql<{ lost: number }[]>`
      select count(*) as lost from delivery where state = 'delivered' and last_error is not null`;
    expect(row?.lost).toBe(0);
    upstream.answer();
  });
}, 60_000);

test("a refused token stops the queue, and a person who mended it need not wait a minute", async () => {
  await expectAllDelivered(async ({ appliance, upstream, weigh, sql }) => {
    upstream.answer(() => new Response("bad token", { status: 401 }));
    await weigh();
    await appliance.line("upstream refuses the token: check PREPUFF_UPSTREAM_TOKEN; bags wait");
    await Bun.sleep(1_500);
    // One refusal, and what the other station had in flight beside it.
    expect(upstream.received.length - upstream.taken.length).toBeWithin(1, 3);
    upstream.answer();
    const [first] = await sql<{ id: number }[]>`
      select filler_bag_id as id from delivery where state = 'pending' order by 1 limit 1`;
    const retried = await appliance.api("/api/deliveries/retry", {
      method: "POST",
      body: { ids: [first?.id] },
    });
    expect(retried.status).toBe(200);
    await appliance.line("upstream is back");
  });
}, 60_000);

test("bags that no job wants upstream are parked, hold nothing up, and are delivered when told", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase({ migrated: false });
  await using stack = new AsyncDisposableStack();
  const upstream = startFakeUpstream();
  stack.defer(() => upstream.stop());
  await using appliance = await startAppliance({
    dataDir: folder.path,
    databaseUrl: url,
    env: { PREPUFF_UPSTREAM_URL: upstream.url },
  });
  await appliance.ready();
  upstream.answer(({ number }) =>
    number <= 3 ? Response.json({ success: false, error: "no_active_job" }, { status: 409 }) : success(),
  );
  using line = await connectScale(appliance.scalePort);
  await line.send(frames(1, 0, 10));
  const states = async () => {
    const rows = await sql<{ state: string }[]>`select state from delivery order by filler_bag_id`;
    return rows.map(({ state }) => state).join(" ");
  };
  const parked = "parked parked parked";
  const later = " delivered".repeat(7);
  await until("the later ones are delivered", async () => (await states()) === parked + later);
  await appliance.api("/api/deliveries/retry", { method: "POST", body: { all: true } });
  await until("all are delivered", async () => (await states()) === `delivered delivered delivered${later}`);
}, 60_000);
