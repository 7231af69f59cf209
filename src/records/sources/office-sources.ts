import type { Actor } from "../../audit/audit.ts";
import type { Config } from "../../config/config.ts";
import type { Source } from "../../config/sources/source.ts";
import type { DatabaseAccess, Sql } from "../../database/database.ts";
import type { Plant } from "../../database/plant.ts";
import type { Logger } from "../../logging/logger.ts";
import type { Clock } from "../../runtime/clock.ts";
import { type Repeated, repeat } from "../../runtime/repeat.ts";
import { isForgotten, type KeptSource, mergeKept, sourcesIn } from "../../scale/sources/kept-sources.ts";
import type { Sources } from "../../scale/sources/sources.ts";
import type { SourcesCopy } from "../../scale/sources/sources-copy.ts";
import {
  type Beside,
  type Changed,
  changeSource,
  createSource,
  deleteSource,
  putBack,
} from "./source-changes.ts";
import { pruneSources, readSources } from "./source-rows.ts";

/** How soon a change made through another appliance of the plant holds here. */
const readEveryMs = 5_000;

/**
 * The sources that people keep. The database has them for every appliance of the plant; this one has a copy, by which it
 * works while PostgreSQL is away. Of each source what was changed later counts, in the database as in the copy: one that was
 * restored from an older backup gets back what it lacks.
 */
export interface OfficeSources extends Pick<Repeated, "start" | "stop"> {
  /** @throws DatabaseAway. */
  create(source: Source, actor: string): Promise<Changed>;
  /** @throws DatabaseAway. */
  change(name: string, source: Source, actor: string): Promise<Changed>;
  /** @throws DatabaseAway. */
  remove(name: string, actor: string): Promise<Changed>;
}

export function createOfficeSources(parts: {
  readonly config: {
    readonly sources: readonly Source[];
    readonly scale: Pick<Config["scale"], "port">;
    readonly http: Pick<Config["http"], "port">;
  };
  readonly database: Pick<DatabaseAccess, "run" | "up">;
  readonly plant: Pick<Plant, "id">;
  readonly sources: Pick<Sources, "set">;
  readonly copy: SourcesCopy;
  /** What the copy has. */
  readonly given: readonly KeptSource[];
  readonly clock: Clock;
  readonly logger: Logger;
}): OfficeSources {
  const { config, database, plant, sources, copy, clock, logger } = parts;
  let kept = parts.given;
  let unreadableSaid: readonly string[] = [];
  let last: Promise<unknown> = Promise.resolve();

  /** The copy first: what holds now holds after a restart too. */
  function take(known: readonly KeptSource[]): readonly KeptSource[] {
    const now = clock.now();
    const remembered = (one: KeptSource) => !isForgotten(one, now);
    const { all, missing } = mergeKept(kept.filter(remembered), known.filter(remembered));
    if (!Bun.deepEquals(all, kept)) copy.write(all);
    kept = all;
    sources.set(sourcesIn(all));
    return missing;
  }

  async function read(): Promise<void> {
    if (!database.up) return;
    const { id } = plant;
    const { kept: known, unreadable } = await database.run((sql) => readSources(sql, id));
    if (!Bun.deepEquals(unreadable, unreadableSaid) && unreadable.length > 0) {
      logger.error(
        { sources: unreadable },
        "this version does not take sources in the database that another version made: set them anew",
      );
    }
    unreadableSaid = unreadable;
    const forgotten = known.filter((one) => isForgotten(one, clock.now()));
    if (forgotten.length > 0) await database.run((sql) => pruneSources(sql, id, forgotten));
    const missing = take(known).filter(({ name }) => !unreadable.includes(name));
    if (missing.length === 0) return;
    await database.run((sql) =>
      sql.begin((tx) => putBack(tx, missing, { actor: "appliance", plant: id, at: clock.now() })),
    );
    logger.warn(
      { sources: missing.map(({ name }) => name) },
      "PostgreSQL did not have sources as they were set here (was an older backup restored?): they are put back",
    );
  }

  /** One after the other: what was read before a change must not hold after it. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  }

  function change(
    actor: string,
    work: (sql: Sql, by: Actor, beside: Beside) => Promise<Changed>,
  ): Promise<Changed> {
    return inTurn(async () => {
      const by = { actor, plant: plant.id, at: clock.now() };
      const ports = { scale: config.scale.port, http: config.http.port };
      const changed = await database.run((sql) => work(sql, by, { fixed: config.sources, kept, ports }));
      if (changed.ok) take(changed.kept);
      return changed;
    });
  }

  const reading = repeat({
    work: () => inTurn(read),
    everyMs: readEveryMs,
    clock,
    onError: (error) =>
      logger.debug({ error: String(error) }, "sources not read from Postgres, trying again"),
  });
  return {
    start: reading.start,
    stop: reading.stop,
    create: (source, actor) => change(actor, (sql, by, beside) => createSource(sql, source, by, beside)),
    change: (name, source, actor) =>
      change(actor, (sql, by, beside) => changeSource(sql, name, source, by, beside)),
    remove: (name, actor) => change(actor, (sql, by, beside) => deleteSource(sql, name, by, beside)),
  };
}
