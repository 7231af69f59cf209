import { expect, test } from "bun:test";
import { stateOf, takeScale } from "../../../../src/board/office/scales/scale-list.ts";
import type { Scale } from "../../../../src/records/scales/scale-list.ts";

const scale = (changes: Partial<Scale> = {}): Scale => ({
  id: 1,
  name: "Filler 1",
  weighs_gross: false,
  adopted: true,
  configured: false,
  station: "Station 1",
  alias_of: null,
  enabled: true,
  connected: true,
  silent: false,
  repeating: false,
  remote_address: "10.0.0.7",
  connected_since: "2026-03-01T10:00:00.000Z",
  connects_to_print: false,
  quiet_since: "2026-03-01T10:00:00.000Z",
  last_reading_at: "2026-03-01T10:00:00.000Z",
  last_weight: "50.20",
  unit_change: null,
  unit: "lb",
  readings: 7,
  rejected: 0,
  ...changes,
});
const live = (changes: Partial<Scale> = {}) => {
  const { name, adopted, silent, ...rest } = scale(changes);
  return rest;
};

test("a scale that is switched off in the board is disabled first of all, then not connected, then silent", () => {
  expect(stateOf(scale())).toBe("connected");
  expect(stateOf(scale({ silent: true }))).toBe("silent");
  expect(stateOf(scale({ silent: true, connected: false }))).toBe("disconnected");
  expect(stateOf(scale({ silent: true, connected: false, enabled: false }))).toBe("disabled");
});

test("an event moves a scale on, and leaves its name", () => {
  const [moved] = takeScale([scale()], live({ last_weight: "51.00", readings: 8 })) ?? [];
  expect([moved?.last_weight, moved?.readings, moved?.name]).toEqual(["51.00", 8, "Filler 1"]);
});

test("a reading ends a silence, an event without one does not", () => {
  const silent = [scale({ silent: true })];
  expect(takeScale(silent, live({ last_reading_at: "2026-03-01T10:09:00.000Z" }))?.[0]?.silent).toBe(false);
  expect(takeScale(silent, live({ rejected: 1 }))?.[0]?.silent).toBe(true);
});

test("what is known of a scale from before the start stays, and an unknown scale is not made up", () => {
  const gone = live({ connected: false, remote_address: null, last_reading_at: null });
  const [known] = takeScale([scale()], gone) ?? [];
  expect([known?.remote_address, known?.last_reading_at]).toEqual(["10.0.0.7", "2026-03-01T10:00:00.000Z"]);
  expect(takeScale([scale()], live({ id: 2 }))).toBeNull();
});
