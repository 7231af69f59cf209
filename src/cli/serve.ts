import type { Command } from "commander";
import { announce } from "./announce.ts";
import { exitCode, type Io } from "./io.ts";
import { listenForStop } from "./signals.ts";

/** `prepuff serve`: the appliance, until a signal stops it. */
export function addServeCommand(program: Command, io: Io): void {
  program
    .command("serve")
    .description("receive, record and forward bags until SIGTERM or SIGINT (the default command)")
    .action(async () => {
      const [{ loadConfig }, { openLog }, { systemClock }] = await Promise.all([
        import("../config/load.ts"),
        import("../logging/open-log.ts"),
        import("../runtime/clock.ts"),
      ]);
      const { config, warnings, files } = loadConfig({ env: io.env, cwd: io.cwd, isTty: io.stdout.isTty });
      if (config.databaseUrl === null && isCompiled()) {
        io.stderr.write(needsDatabase);
        io.finish(exitCode.usage);
        return;
      }
      // Before anything that takes time: process 1 of a container ignores signals without a handler.
      const stop = listenForStop();
      const { secureConfigFiles } = await import("../config/file-modes.ts");
      const secured = secureConfigFiles(files);
      const log = await openLog(config, { clock: systemClock, color: io.stdout.isTty });
      const { logger, print } = log;
      stop.logTo(logger);
      try {
        for (const warning of [...warnings, ...secured]) logger.warn(warning);
        const { startAppliance } = await import("../appliance.ts");
        const { signal } = stop;
        const appliance = await startAppliance(config, logger, log.losses, signal);
        void announce({ appliance, config, logger, print, clock: systemClock, signal });
        await appliance.done;
        logger.info("stopped");
      } catch (error) {
        if (!stop.signal.aborted || error !== stop.signal.reason) throw error;
        logger.info("stopped before everything was started");
      } finally {
        await log.flush(lastLinesMs);
      }
    });
}

/** How long the last log lines may take to be written at the end. */
const lastLinesMs = 1_000;

const needsDatabase = `prepuff: DATABASE_URL is not set, and this binary carries no database of its own. Give it one:
  DATABASE_URL=postgres://user:password@host:5432/prepuff prepuff serve
or put the URL in a file and name it in DATABASE_URL_FILE. (A source checkout starts its own: bun start.)
`;

/** Whether this is the compiled binary, which has no node_modules beside it. */
function isCompiled(): boolean {
  return import.meta.dir.startsWith("/$bunfs") || import.meta.dir.startsWith("B:\\~BUN");
}
