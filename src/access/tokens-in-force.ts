import { timingSafeEqual } from "node:crypto";
import type { Database } from "../database/database.ts";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import { once } from "../runtime/once.ts";
import { keepInForce, refreshLimitMs } from "./kept-in-force.ts";
import { type KnownToken, loadTokens, noteUses } from "./named-tokens.ts";

const noteUseMs = 60_000;

/** The named tokens in force, in memory: no request waits for PostgreSQL to be authenticated. */
export interface TokensInForce {
  /**
   * False until PostgreSQL has answered for the first time: until then a named token cannot be distinguished from a
   * wrong one.
   */
  readonly loaded: boolean;
  /** The token with this digest; notes the use. While PostgreSQL is not reachable, as last known. */
  find(digest: Buffer): KnownToken | null;
  /** The token of this id, where it is in force, and notes the use. */
  byId(id: number): KnownToken | null;
  /** Reads the tokens now, as after a change made by this process. Never throws. */
  refresh(): Promise<void>;
  start(): void;
  /** Stops polling, and writes the uses that are not written yet if PostgreSQL is reachable. */
  stop(): Promise<void>;
}

export function createTokensInForce(parts: {
  database: Pick<Database, "up" | "run" | "onChange">;
  clock: Pick<Clock, "now" | "sleep">;
  logger: Logger;
}): TokensInForce {
  const { database, clock, logger } = parts;
  let tokens: ReadonlyMap<string, KnownToken> | null = null;
  let ids: ReadonlyMap<number, KnownToken> = new Map();
  const uses = new Map<number, number>();
  const written = new Map<number, number>();

  function take(found: readonly KnownToken[]): void {
    tokens = new Map(found.map((token) => [Buffer.from(token.digest).toString("hex"), token]));
    ids = new Map(found.map((token) => [token.id, token]));
    for (const id of [...written.keys(), ...uses.keys()]) {
      if (ids.has(id)) continue;
      written.delete(id);
      uses.delete(id);
    }
  }

  /** The first use at once, later ones once a minute. */
  async function writeUses(everything: boolean): Promise<void> {
    const due = [...uses].filter(([id, at]) => everything || at - (written.get(id) ?? 0) >= noteUseMs);
    if (due.length === 0 || !database.up) return;
    try {
      await database.run((sql) => noteUses(sql, new Map(due)), refreshLimitMs);
      for (const [id, at] of due) {
        written.set(id, at);
        if (uses.get(id) === at) uses.delete(id);
      }
    } catch (error) {
      logger.debug({ error: String(error) }, "the last use of named tokens could not be written");
    }
  }

  const kept = keepInForce({
    of: "named tokens",
    load: loadTokens,
    take,
    andThen: () => writeUses(false),
    database,
    clock,
    logger,
  });

  return {
    get loaded() {
      return tokens !== null;
    },
    find(digest) {
      // Looked up by its digest, which an attacker cannot choose: the time that it takes reveals nothing about a token.
      const token = tokens?.get(digest.toString("hex"));
      if (token === undefined || !timingSafeEqual(token.digest, digest)) return null;
      uses.set(token.id, clock.now());
      return token;
    },
    byId(id) {
      const token = ids.get(id) ?? null;
      if (token !== null) uses.set(id, clock.now());
      return token;
    },
    refresh: kept.refresh,
    start: kept.start,
    stop: once(async () => {
      await kept.stop();
      await writeUses(true);
    }),
  };
}
