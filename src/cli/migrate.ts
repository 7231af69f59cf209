import type { Command } from "commander";
import type { Io } from "./io.ts";

/** A large index takes the time it takes. */
const migrationLimitMs = 24 * 3_600_000;

/** `prepuff migrate`: brings the database up to this version, as the start of `serve` also does. */
export function addMigrateCommand(program: Command, io: Io): void {
  program
    .command("migrate")
    .description("bring the database of DATABASE_URL up to this version and end")
    .action(async () => {
      const [
        { loadConfig },
        { createLogger },
        { systemClock },
        { withConnection },
        { migrate },
        { createSecretHider },
      ] = await Promise.all([
        import("../config/load.ts"),
        import("../logging/logger.ts"),
        import("../runtime/clock.ts"),
        import("../database/once.ts"),
        import("../database/migrate.ts"),
        import("../logging/known-secrets.ts"),
      ]);
      const { config } = loadConfig({ env: io.env, cwd: io.cwd, isTty: io.stdout.isTty });
      if (config.databaseUrl === null) {
        throw new Error(
          "DATABASE_URL is not set: the embedded Postgres is migrated whenever it starts, there is nothing to do",
        );
      }
      const logger = await createLogger(config.log, {
        clock: systemClock,
        stdout: io.stdout,
        hide: createSecretHider(config),
        color: io.stdout.isTty,
      });
      const applied = await withConnection(
        config.databaseUrl,
        { logger, limitMs: migrationLimitMs },
        migrate,
      );
      io.stdout.write(applied.length === 0 ? "already up to date\n" : `applied ${applied.join(", ")}\n`);
    });
}
