import type { Database } from "../database/database.ts";
import type { Plant } from "../database/plant.ts";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import { type KeptInForce, keepInForce } from "./kept-in-force.ts";
import { type KnownPerson, loadPeople, type PersonAsked } from "./persons.ts";

/** Who may act and which stations ask for it, in memory: no request waits for PostgreSQL to know that. */
export interface PeopleInForce extends KeptInForce {
  /** False until PostgreSQL has answered for the first time. */
  readonly loaded: boolean;
  /** Whoever may act under this id. While PostgreSQL is not reachable, as last known. */
  byId(id: number): KnownPerson | null;
  /** What was set for a station. */
  asked(station: string): PersonAsked;
  /**
   * What a device has to ask. One that stands anywhere asks as the strictest station does, so that it is no way around
   * that; where nobody has a PIN there is nobody to ask for.
   */
  askedBy(device: { readonly station: string | null }): PersonAsked;
}

export function createPeopleInForce(parts: {
  readonly database: Pick<Database, "up" | "run" | "onChange">;
  readonly plant: Pick<Plant, "id">;
  readonly clock: Pick<Clock, "sleep">;
  readonly logger: Logger;
}): PeopleInForce {
  const { database, plant, clock, logger } = parts;
  let persons: ReadonlyMap<number, KnownPerson> | null = null;
  let stations: ReadonlyMap<string, PersonAsked> = new Map();

  const kept = keepInForce({
    of: "people",
    load: (sql) => loadPeople(sql, plant.id),
    take(found) {
      persons = new Map(found.persons.map((person) => [person.id, person]));
      stations = found.stations;
    },
    database,
    clock,
    logger,
  });

  const asked = (station: string) => stations.get(station) ?? "never";

  return {
    get loaded() {
      return persons !== null;
    },
    byId: (id) => persons?.get(id) ?? null,
    asked,
    askedBy({ station }) {
      if (persons === null || persons.size === 0) return "never";
      if (station !== null) return asked(station);
      const all = [...stations.values()];
      return all.includes("each_action") ? "each_action" : (all[0] ?? "never");
    },
    ...kept,
  };
}
