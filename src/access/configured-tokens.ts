import { readFile } from "node:fs/promises";
import { adminTokenPath, ensureAdminToken } from "../config/admin-token.ts";
import { type Config, type Role, roles } from "../config/config.ts";
import { roleToken } from "../config/values.ts";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";
import { errorCodeOrMessage } from "../runtime/error-message.ts";
import { repeat } from "../runtime/repeat.ts";

const rereadMs = 3_000;

export type Tokens = Config["tokens"];

/** One configured token for each role, by `PREPUFF_*_TOKEN` and their files. */
export interface ConfiguredTokens {
  /** Those in force now. */
  current(): Tokens;
  /** Reads the files again, once. Never throws. */
  reread(): Promise<void>;
  /** Reads the files again every few seconds, so that a token is changed without a restart. */
  start(): void;
  stop(): Promise<void>;
}

/** The tokens of the configuration; without one for `admin` it is made, and kept in the data folder. */
export function openConfiguredTokens(
  config: Pick<Config, "tokens" | "tokenFiles" | "dataDir">,
  parts: Parameters<typeof createConfiguredTokens>[2],
): ConfiguredTokens {
  const { admin } = config.tokens;
  const tokens = { ...config.tokens, admin: admin ?? ensureAdminToken(config.dataDir) };
  const made = admin === undefined ? { admin: adminTokenPath(config.dataDir) } : {};
  return createConfiguredTokens(tokens, { ...config.tokenFiles, ...made }, parts);
}

/**
 * @param files each role's file. It is read, not only looked at: five small files, and no clock of a file system
 * has to be trusted. What cannot be used (gone, empty, half written, another role's token) changes nothing.
 */
export function createConfiguredTokens(
  initial: Tokens,
  files: NonNullable<Config["tokenFiles"]>,
  { clock, logger }: { clock: Pick<Clock, "sleep">; logger: Logger },
): ConfiguredTokens {
  const faults = new Map<Role, string>();
  let tokens = initial;

  /** @throws in plain words. */
  async function read(role: Role, path: string): Promise<void> {
    const token = roleToken().safeParse((await readFile(path, "utf8")).trim());
    if (!token.success) throw new Error(token.error.issues[0]?.message ?? "holds no token");
    if (token.data === tokens[role]) return;
    if (roles.some((other) => tokens[other] === token.data)) throw new Error("holds another role's token");
    tokens = { ...tokens, [role]: token.data };
    logger.info({ role }, "the configured token was changed: the old one is no longer taken");
  }

  async function reread(): Promise<void> {
    for (const role of roles) {
      const path = files[role];
      if (path === undefined) continue;
      try {
        await read(role, path);
        faults.delete(role);
      } catch (error) {
        const fault = errorCodeOrMessage(error);
        // Once for each fault, not every three seconds.
        if (faults.get(role) !== fault) {
          logger.warn(
            { role, file: path, error: fault },
            "the file of a configured token: the old token stays",
          );
        }
        faults.set(role, fault);
      }
    }
  }

  const rereading = repeat({
    work: reread,
    everyMs: rereadMs,
    clock,
    onError: (error) => logger.warn({ error: String(error) }, "configured tokens could not be read again"),
  });

  return {
    current: () => tokens,
    reread,
    start() {
      if (Object.keys(files).length > 0) rereading.start();
    },
    stop: rereading.stop,
  };
}
