import type { Plant } from "../board/office/plant.ts";

/** People with a PIN, for whom Station 1 asks. Those who are there already stay. */
export async function addPeople({ appliance }: Pick<Plant, "appliance">): Promise<void> {
  for (const name of ["Ann", "Bob", "Carlos", "Dora", "Maria", "Tom"]) {
    await appliance.api("/api/persons", { method: "POST", body: { name, pin: "4711" } });
  }
  const body = { person_asked: "each_shift" };
  await appliance.api("/api/stations/Station%201/person", { method: "PUT", body });
}
