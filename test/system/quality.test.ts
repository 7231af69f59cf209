import { expect, test } from "bun:test";
import { capabilitySchema } from "../../src/records/quality/capability-answer.ts";
import { chartSchema } from "../../src/records/quality/chart-answer.ts";
import { ewmaExample, flowRates, pistonRings } from "../quality/published.ts";
import { startAppliance } from "../support/appliance.ts";
import { answered, startJob, untilRecorded } from "../support/outside.ts";
import { connectScale } from "../support/scale-line.ts";
import { startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";

test("published sets, sent as prints of scales, give their published results", async () => {
  using folder = tempFolder();
  await using postgres = await startSystemPostgres();
  // Of each set a station of its own, one scale each.
  const env = { PREPUFF_STATIONS: "1:Rings,2:Flow,3:Averages", PREPUFF_REPEAT_WINDOW_MS: "0" };
  await using appliance = await startAppliance({ dataDir: folder.path, databaseUrl: postgres.url, env });
  await appliance.ready();
  const job = await startJob(appliance, { station: "Rings", target_weight: "74" });
  using line = await connectScale(appliance.scalePort);
  const rings = pistonRings.flat();
  const send = (scale: number, weights: readonly (string | number)[]) =>
    line.send(weights.map((weight) => `${scale},${weight} lb\r\n`).join(""));
  await send(1, rings);
  await send(2, flowRates);
  await send(3, ewmaExample.values);
  await untilRecorded(appliance, rings.length + flowRates.length + ewmaExample.values.length);
  const chart = (query: string) => answered(appliance.api(`/api/quality/chart?${query}`), chartSchema);

  const xbar = await chart(`job=${job.id}&chart=xbar_r&size=5&explain=true`);
  expect(xbar).toMatchObject({ bags: 125, left_out: 0, points_total: 25, signals: [] });
  expect(xbar.mean).toBeCloseTo(74.001_176, 6);
  expect(xbar.mean_spread).toBeCloseTo(0.022_76, 5);
  expect(xbar.location?.lower).toBeCloseTo(73.988_05, 5);
  expect(xbar.location?.upper).toBeCloseTo(74.0143, 5);
  expect(xbar.dispersion?.upper).toBeCloseTo(0.048_13, 5);
  // Explained is what is shown, of the bags that were weighed.
  expect(xbar.explained?.find(({ name }) => name === "location")?.value).toBe(xbar.location?.upper ?? null);
  expect(new Set(xbar.points.flatMap(({ bags }) => bags ?? [])).size).toBe(125);

  expect((await chart(`job=${job.id}&chart=xbar_s`)).mean_spread).toBeCloseTo(0.009_24, 6);

  const capability = await answered(
    appliance.api(`/api/quality/capability?job=${job.id}&lower=73.95&upper=74.05`),
    capabilitySchema,
  );
  expect(capability.cp?.value).toBeCloseTo(1.7032, 4);
  expect(capability.cpk?.value).toBeCloseTo(1.6632, 4);
  expect(capability.pp?.value).toBeCloseTo(1.6551, 4);
  expect(capability.ppk?.value).toBeCloseTo(1.6162, 4);

  const individuals = await chart("station=Flow&chart=i_mr");
  expect(individuals.mean).toBeCloseTo(50.81, 10);
  expect(individuals.mean_spread).toBeCloseTo(1.8778, 4);
  expect(individuals.location?.upper).toBeCloseTo(55.8041, 4);
  expect(individuals.location?.lower).toBeCloseTo(45.8159, 4);

  const ewma = await chart("station=Averages&chart=ewma&lambda=0.3&center=50&sigma=2.0539&limits=asymptotic");
  expect(ewma.points.map(({ value }) => value.toFixed(2))).toEqual(
    ewmaExample.averages.map((value) => value.toFixed(2)),
  );
  expect(ewma.location?.upper).toBeCloseTo(52.5884, 3);
}, 60_000);
