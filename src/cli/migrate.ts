import type { Command } from "commander";
import type { Io } from "./io.ts";

/** `prepuff migrate`: brings the database up to this version, as the start of `serve` also does. */
export function addMigrateCommand(program: Command, io: Io): void {
  program
    .command("migrate")
    .description("bring the database of DATABASE_URL up to this version and end")
    .action(async () => {
      const [{ loadConfig }, { createLogger }, { systemClock }, { connect }, { migrate }] = await Promise.all(
        [
          import("../config/load.ts"),
          import("../observability/logger.ts"),
          import("../clock.ts"),
          import("../database/database.ts"),
          import("../database/migrate.ts"),
        ],
      );
      const { config } = loadConfig({ env: io.env, cwd: io.cwd, isTty: io.stdout.isTty });
      if (config.databaseUrl === null) {
        throw new Error(
          "DATABASE_URL is not set: the embedded Postgres is migrated whenever it starts, there is nothing to do",
        );
      }
      const logger = await createLogger(config.log, {
        clock: systemClock,
        stdout: io.stdout,
        color: io.stdout.isTty,
      });
      const sql = connect(config.databaseUrl, logger, 1);
      try {
        const applied = await migrate(sql);
        io.stdout.write(applied.length === 0 ? "already up to date\n" : `applied ${applied.join(", ")}\n`);
      } finally {
        await sql.end();
      }
    });
}
