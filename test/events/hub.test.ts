import { afterAll, beforeAll, expect, test } from "bun:test";
import type { AppEvent } from "../../src/events/event.ts";
import { recordedBag } from "../support/bags.ts";
import { testApp } from "../support/http.ts";
import { until } from "../support/until.ts";

let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app.stop());

function collect() {
  const events: AppEvent[] = [];
  const stop = app.parts.events.subscribe("test", (event) => events.push(event));
  return { events, stop };
}

test("bags recorded at once are read together, and come in the order of their ids", async () => {
  const ids = [(await recordedBag(app.sql)).id, (await recordedBag(app.sql)).id];
  const { events, stop } = collect();
  app.parts.events.bagsRecorded(ids.toReversed());
  await until("both came", () => events.length === 2);
  expect(events.map((event) => event.type === "bag" && event.bag.id)).toEqual(ids);
  stop();
});

test("more bags than anyone can read one by one become a gap", () => {
  const { events, stop } = collect();
  app.parts.events.bagsRecorded(Array.from({ length: 5_001 }, (_, index) => index + 1));
  expect(events).toEqual([{ type: "gap" }]);
  stop();
});

test("what cannot be read becomes a gap", async () => {
  const { events, stop } = collect();
  app.setAway(true);
  app.parts.events.rejectedRecorded([1]);
  await until("the gap came", () => events.length === 1);
  app.setAway(false);
  expect(events).toEqual([{ type: "gap" }]);
  stop();
});

test("a listener that fails takes nothing from the others, and one that has gone hears nothing", () => {
  const failing = app.parts.events.subscribe("test", () => {
    throw new Error("broken");
  });
  const gone = collect();
  gone.stop();
  const { events, stop } = collect();
  app.parts.events.publish({ type: "end" });
  expect(events).toEqual([{ type: "end" }]);
  expect(gone.events).toEqual([]);
  failing();
  stop();
  expect(app.parts.events.size).toBe(0);
});
