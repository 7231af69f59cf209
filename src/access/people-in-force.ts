import type { Database } from "../database/database.ts";
import type { Plant } from "../database/plant.ts";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import { once } from "../runtime/once.ts";
import { repeat } from "../runtime/repeat.ts";
import { type KnownPerson, loadPeople, type PersonAsked } from "./persons.ts";

/** Somebody made, changed or retired by another process is known here after this time at the latest. */
const refreshMs = 3_000;
const refreshLimitMs = 5_000;

/** Who may act and which stations ask for it, in memory: no request waits for PostgreSQL to know that. */
export interface PeopleInForce {
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
  /** Reads them now, as after a change made by this process. Never throws. */
  refresh(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
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
  let asking = 0;
  let taken = 0;
  let forget: () => void = () => undefined;

  async function refresh(): Promise<void> {
    if (!database.up) return;
    // Two queries may be answered in the wrong order: an older answer must not bring somebody retired back.
    const question = ++asking;
    try {
      const found = await database.run((sql) => loadPeople(sql, plant.id), refreshLimitMs);
      if (question < taken) return;
      taken = question;
      persons = new Map(found.persons.map((person) => [person.id, person]));
      stations = found.stations;
    } catch (error) {
      logger.debug({ error: String(error) }, "people could not be read: those last known stay in force");
    }
  }

  const watching = repeat({
    work: refresh,
    everyMs: refreshMs,
    clock,
    onError: (error) => logger.warn({ error: String(error) }, "people could not be kept up to date"),
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
    refresh,
    start() {
      forget();
      forget = database.onChange("people", (up) => {
        if (up) watching.wake();
      });
      watching.start();
    },
    stop: once(async () => {
      forget();
      await watching.stop();
    }),
  };
}
