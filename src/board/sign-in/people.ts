import type { Person } from "../../access/persons.ts";
import { api, type Page } from "../shared/api.ts";

/** Who may act, by name. */
export async function loadPeople(): Promise<readonly Person[]> {
  const query = { retired: false, limit: 500 };
  const { items } = await api<Page<Person>>("GET", "/api/persons", { query });
  return items.toSorted((a, b) => a.name.localeCompare(b.name));
}
