/** Units a bag can be weighed in, as they are stored. */
export const units = ["lb", "kg", "g", "oz"] as const;
export type Unit = (typeof units)[number];

/** What one pound is in each unit, exact by definition; `units_per_lb` in PostgreSQL says the same. */
export const unitsPerPound: Readonly<Record<Unit, number>> = {
  lb: 1,
  kg: 0.453_592_37,
  g: 453.592_37,
  oz: 16,
};

/** How a unit may be written, in small letters. */
export const unitSpellings: ReadonlyMap<string, Unit> = new Map([
  ["lb", "lb"],
  ["lbs", "lb"],
  ["kg", "kg"],
  ["kgs", "kg"],
  ["g", "g"],
  ["oz", "oz"],
]);

/** A unit written in any case; null: it is none. */
export function readUnit(text: string): Unit | null {
  return unitSpellings.get(text.toLowerCase()) ?? null;
}
