import type { Config } from "../../config/config.ts";
import type { Logger } from "../../logging/logger.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { EmbeddedSupervisor } from "./supervisor.ts";
import type { EmbeddedTrouble } from "./trouble.ts";

/** Where Postgres is. */
export interface Locator {
  /** Its URL; without DATABASE_URL an embedded one is started first. @throws where that does not start. */
  locate(): Promise<string>;
  /** Why the embedded one does not run; null: it does, or there is none. */
  trouble(): EmbeddedTrouble | null;
  /** Aborts a start in progress, so that it does not delay the stop. */
  giveUp(): void;
  /** Stops the embedded one; to be called after its last user has stopped. */
  stop(): Promise<void>;
}

/** @param parts.folder of the embedded one: its data and password. */
export function createLocator(parts: {
  readonly databaseUrl: Config["databaseUrl"];
  readonly folder: string;
  readonly clock: Clock;
  readonly logger: Logger;
}): Locator {
  const { databaseUrl, folder, clock, logger } = parts;
  let embedded: EmbeddedSupervisor | undefined;
  let isGivenUp = false;

  function giveUp(): void {
    isGivenUp = true;
    embedded?.giveUp();
  }

  return {
    async locate() {
      if (databaseUrl !== null) return databaseUrl;
      if (embedded === undefined) {
        const [{ superviseEmbedded }, { startEmbeddedPostgres }] = await Promise.all([
          import("./supervisor.ts"),
          import("./server.ts"),
        ]);
        embedded ??= superviseEmbedded({ folder, logger, clock, start: startEmbeddedPostgres });
      }
      if (isGivenUp) embedded.giveUp();
      return embedded.locate();
    },
    trouble: () => embedded?.trouble ?? null,
    giveUp,
    async stop() {
      giveUp();
      await embedded?.stop();
    },
  };
}
