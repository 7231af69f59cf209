import { expect, test } from "bun:test";
import { startAppliance } from "../support/appliance.ts";
import { startFakeUpstream } from "../support/fake-upstream.ts";
import { listBags, readLedger, readMetric, startJob, untilRecorded } from "../support/outside.ts";
import { testDatabase } from "../support/postgres.ts";
import { connectScale } from "../support/scale-line.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const upstreamToken = "upstream-token-of-the-system-tests";

test("a bag goes from the scale's socket through job, number and verdict to the upstream API", async () => {
  using folder = tempFolder();
  const { url, sql } = await testDatabase({ migrated: false });
  const upstream = startFakeUpstream();
  try {
    await using appliance = await startAppliance({
      dataDir: folder.path,
      databaseUrl: url,
      env: {
        PREPUFF_UPSTREAM_URL: upstream.url,
        PREPUFF_UPSTREAM_TOKEN: upstreamToken,
        PREPUFF_SCALE_ALIASES: "3:2",
      },
    });
    await appliance.ready();
    const job = await startJob(appliance, { quantity: 12 });

    // One after the other, so that the order over all connections is known.
    let frames = 0;
    const say = async (chunks: readonly string[], expected: number) => {
      using line = await connectScale(appliance.scalePort);
      for (const chunk of chunks) {
        await line.send(chunk);
        await Bun.sleep(20);
      }
      expect(await line.close()).toBe(true);
      frames += expected;
      await untilRecorded(appliance, frames);
    };
    await say(["1,45.00 lb\r\n"], 1);
    await say(["1,44.99 lb\r"], 1);
    await say(["1,55.00 LB\n"], 1);
    await say(["1,55.01 lb"], 1);
    await say(["1,20.00 lb2,21.00 lb"], 2);
    await say(["\x02  3, 00", "50.", "5 lbs\x03\r", "\n\r\n"], 1);
    // A connection that prints points prints no commas.
    await say(["1,22,68 kg\r\n"], 1);
    await say(["\r\n4,8", "00.0 oz\r\n"], 1);
    await say(["1,45.00 lb M\r\n1,----- lb\r\n1,-1.50 lb\r\n9,1 stone\r\nhello\r\n5,5"], 6);

    expect(
      (await listBags(appliance, `&job_id=${job.id}`)).map((bag) => [
        bag.bag_num,
        bag.printed_scale,
        bag.scale,
        `${bag.weight} ${bag.unit}`,
        bag.in_tolerance,
      ]),
    ).toEqual([
      [1, 1, 1, "45.00 lb", true],
      [2, 1, 1, "44.99 lb", false],
      [3, 1, 1, "55.00 lb", true],
      [4, 1, 1, "55.01 lb", false],
      [5, 1, 1, "20.00 lb", false],
      [6, 2, 2, "21.00 lb", false],
      [7, 3, 2, "50.5 lb", true],
      [8, 1, 1, "22.68 kg", true],
      [9, 4, 4, "800.0 oz", true],
    ]);
    const rejected = await sql<{ reason: string }[]>`select reason from rejected_frame order by journal_seq`;
    expect(rejected.map(({ reason }) => reason)).toEqual([
      "motion",
      "overload",
      "not_positive",
      "unknown_unit",
      "malformed",
      "truncated",
    ]);

    await until("all bags are delivered", () => upstream.taken.length === 9);
    expect(upstream.received.map(({ body }) => body)).toEqual([
      "weight=45.00&unit=lb&scale=1&station=Station+1",
      "weight=44.99&unit=lb&scale=1&station=Station+1",
      "weight=55.00&unit=lb&scale=1&station=Station+1",
      "weight=55.01&unit=lb&scale=1&station=Station+1",
      "weight=20.00&unit=lb&scale=1&station=Station+1",
      "weight=21.00&unit=lb&scale=2&station=Station+1",
      "weight=50.5&unit=lb&scale=2&station=Station+1",
      "weight=22.68&unit=kg&scale=1&station=Station+1",
      "weight=800.0&unit=oz&scale=4&station=Station+1",
    ]);
    for (const { headers } of upstream.received) {
      expect(headers.get("authorization")).toBe(`Bearer ${upstreamToken}`);
      expect(headers.get("content-type")).toBe("application/x-www-form-urlencoded");
    }
    const uids = await sql<{ uid: string }[]>`select uid from filler_bag order by id`;
    expect(upstream.received.map(({ key }) => key)).toEqual(uids.map(({ uid }) => uid));

    expect(await readLedger(appliance)).toEqual({
      received: 15,
      bags: 9,
      rejected: 6,
      pending: 0,
      missing: 0,
    });
    const metric = (sample: string) => readMetric(appliance, sample);
    expect(await metric('prepuff_bags_total{station="Station 1",verdict="in"}')).toBe(5);
    expect(await metric('prepuff_bags_total{station="Station 1",verdict="under"}')).toBe(3);
    expect(await metric('prepuff_bags_total{station="Station 1",verdict="over"}')).toBe(1);
    expect(await metric('prepuff_frames_rejected_total{reason="truncated"}')).toBe(1);
    expect(await metric('prepuff_readings_total{scale="2",result="accepted"}')).toBe(2);
    expect(
      await metric('prepuff_upstream_requests_total{destination="Web application",outcome="delivered"}'),
    ).toBe(9);
    expect(await metric("prepuff_ledger_missing")).toBe(0);
    expect(await metric("prepuff_journal_entries")).toBe(0);
    expect(await metric("prepuff_database_up")).toBe(1);
    expect(await metric('prepuff_job_bags_completed{station="Station 1"}')).toBe(9);
    expect(await metric('prepuff_job_bags_target{station="Station 1"}')).toBe(12);
    await until("the deliveries are counted", async () => {
      return (await metric('prepuff_deliveries{destination="Web application",state="delivered"}')) === 9;
    });
    expect(await appliance.stop()).toBe(0);
  } finally {
    await upstream.stop();
  }
}, 60_000);
