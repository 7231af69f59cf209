import { timingSafeEqual } from "node:crypto";
import type { Database } from "../database/database.ts";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import { once } from "../runtime/once.ts";
import { repeat } from "../runtime/repeat.ts";
import { type KnownToken, loadTokens, noteUses } from "./named-tokens.ts";

/** A token made or revoked by another process is known here after this time at the latest, while Postgres answers. */
const refreshMs = 3_000;
const refreshLimitMs = 5_000;
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
  let asked = 0;
  let taken = 0;
  let forget: () => void = () => undefined;
  const uses = new Map<number, number>();
  const written = new Map<number, number>();

  async function refresh(): Promise<void> {
    if (!database.up) return;
    // Two queries may be answered in the wrong order: an older answer must not bring a revoked token back.
    const question = ++asked;
    try {
      const found = await database.run(loadTokens, refreshLimitMs);
      if (question < taken) return;
      taken = question;
      tokens = new Map(found.map((token) => [Buffer.from(token.digest).toString("hex"), token]));
      ids = new Map(found.map((token) => [token.id, token]));
      for (const id of [...written.keys(), ...uses.keys()]) {
        if (ids.has(id)) continue;
        written.delete(id);
        uses.delete(id);
      }
    } catch (error) {
      logger.debug(
        { error: String(error) },
        "named tokens could not be read: those last known stay in force",
      );
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

  const watching = repeat({
    work: async () => {
      await refresh();
      await writeUses(false);
    },
    everyMs: refreshMs,
    clock,
    onError: (error) => logger.warn({ error: String(error) }, "named tokens could not be kept up to date"),
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
    refresh,
    start() {
      forget();
      forget = database.onChange("tokens", (up) => {
        if (up) watching.wake();
      });
      watching.start();
    },
    stop: once(async () => {
      forget();
      await watching.stop();
      await writeUses(true);
    }),
  };
}
