import { afterEach, expect, test } from "bun:test";
import { once } from "node:events";
import { connect } from "node:net";
import { listening, stopListening } from "../support/listening.ts";
import { until } from "../support/until.ts";

afterEach(stopListening);

async function scale(port: number) {
  const socket = connect({ port, host: "127.0.0.1" });
  await once(socket, "connect");
  return socket;
}

function asked(of: { readonly scale?: number; readonly weighings?: number } = {}) {
  return { uid: Bun.randomUUIDv7(), scale: 1, weighings: 1, askedAt: Date.now(), ...of };
}

test("the next print of the scale is the check, whatever other scales print; the one behind it is a bag", async () => {
  const side = listening({ PREPUFF_SCALE_ALIASES: "9:1" });
  const one = await scale(side.port);
  const check = asked();
  side.checks.arm(check);
  // Scale 9 stands in for scale 1.
  one.write("2,50.00 lb\r\n1,0.00 lb\r\n9,50.02 lb\r\n1,49.90 lb\r\n");
  await until("all are kept", () => side.entries.length === 4);
  expect(side.weights()).toEqual(["50.00", "not_positive", "check", "49.90"]);
  expect(side.entries[2]).toMatchObject({
    kind: "rejected",
    scale: 1,
    frames: 1,
    ofUid: check.uid,
    print: { weight: "50.02", unit: "lb" },
  });
});

test("a check is always kept, also with little room and beyond the budget of rejected prints", async () => {
  const side = listening({ PREPUFF_REJECTED_PER_MINUTE: "30" });
  const one = await scale(side.port);
  side.checks.arm(asked({ weighings: 40 }));
  side.runShortOfRoom();
  one.write("1,50.00 lb\r\n".repeat(40));
  await until("all are kept", () => side.entries.length === 40);
  expect(side.entries).toMatchObject(Array(40).fill({ reason: "check", print: { weight: "50.00" } }));
  const counted = await side.metrics.framesCounted.get();
  expect(counted.values.filter(({ value }) => value > 0)).toEqual([]);
});

test("a check's weight that is printed once more is a bag that is suspected to be a repeat, and not in doubt", async () => {
  const side = listening({ PREPUFF_REPEAT_LIMIT: "5" });
  const one = await scale(side.port);
  side.checks.arm(asked({ weighings: 10 }));
  one.write("1,50.00 lb\r\n".repeat(11));
  await until("all are kept", () => side.entries.length === 11);
  expect(side.entries.at(-1)).toMatchObject({ kind: "weighed", repeatSuspected: true, doubt: null });
});

test("a scale that prints for a check is heard, and nothing of it counts as a fault", async () => {
  const side = listening();
  const one = await scale(side.port);
  side.checks.arm(asked());
  one.write("1,50.02 lb\r\n");
  await until("it is kept", () => side.entries.length === 1);
  expect(side.presence.scales()).toMatchObject([{ id: 1, lastWeight: "50.02", readings: 1, rejected: 0 }]);
  const { values } = await side.metrics.readings.get();
  expect(values).toMatchObject([{ labels: { scale: "1", result: "accepted" }, value: 1 }]);
});
