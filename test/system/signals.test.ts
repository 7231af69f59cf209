import { expect, test } from "bun:test";
import { adviceSchema } from "../../src/records/signals/advice-view.ts";
import { signalSchema } from "../../src/records/signals/signal-view.ts";
import { roleTokens, startAppliance } from "../support/appliance.ts";
import { readEvents } from "../support/event-stream.ts";
import { answered, startJob } from "../support/outside.ts";
import { connectScale } from "../support/scale-line.ts";
import { startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

test("prints of a scale that are all too heavy raise one signal, which is told, goes on, and is acknowledged", async () => {
  using folder = tempFolder();
  await using postgres = await startSystemPostgres();
  const env = { PREPUFF_REPEAT_WINDOW_MS: "0" };
  await using appliance = await startAppliance({ dataDir: folder.path, databaseUrl: postgres.url, env });
  await appliance.ready();
  await startJob(appliance);
  const stream = readEvents(
    await fetch(`${await appliance.origin()}/api/events`, {
      headers: { authorization: `Bearer ${roleTokens.viewer}` },
    }),
  );
  await stream.begun();
  const signals = () =>
    stream.now
      .flatMap(({ type, data }) => (type === "signal" ? [signalSchema.parse(data)] : []))
      .filter(({ rule }) => rule === "nelson2");
  const advice = () =>
    stream.now.flatMap(({ type, data }) => (type === "advice" ? [adviceSchema.parse(data)] : []));
  using line = await connectScale(appliance.scalePort);
  const print = (weights: readonly string[]) => line.send(weights.map((each) => `1,${each} lb\r\n`).join(""));

  await print(["50.10", "50.30", "50.20", "50.10", "50.30", "50.20", "50.10", "50.30"]);
  await print(["50.20"]);
  await until("it is told", () => signals().at(-1)?.points === 9);
  const [first] = signals();
  expect(first).toMatchObject({ rule: "nelson2", side: "above", goes_on: true, center: 50 });
  const id = first?.id ?? 0;
  const path = `/api/quality/signals/${id}/acknowledge`;
  const nameless = await appliance.api(path, {
    method: "POST",
    body: { cause: "gate worn", action: "none" },
  });
  expect(nameless.status).toBe(422);
  expect(await nameless.text()).toContain("nobody entered a PIN");
  const body = { cause: "gate worn", action: "gate adjusted", name: "Ann" };
  const acknowledged = await answered(appliance.api(path, { method: "POST", body }), signalSchema);
  expect(acknowledged).toMatchObject({
    ...{ cause: "gate worn", action: "gate adjusted" },
    acknowledged_by: "Ann",
  });
  expect((await appliance.api(path, { method: "POST", body })).status).toBe(409);

  await print(Array.from({ length: 11 }, (_, index) => `50.${11 + ((7 * index) % 18)}`));
  await until("it goes on", () => signals().at(-1)?.points === 20);
  expect(signals().at(-1)).toMatchObject({ id, acknowledged_by: "Ann" });
  await until("advice is told", () => advice().length === 1);
  expect(advice()).toMatchObject([{ bags: 20, target: 50, station: "Station 1" }]);
}, 60_000);
