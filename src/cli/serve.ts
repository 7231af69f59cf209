import type { Command } from "commander";
import type { Appliance } from "../appliance.ts";
import type { Config } from "../config/config.ts";
import type { Logger } from "../observability/logger.ts";
import { exitCode, type Io } from "./io.ts";

/** `prepuff serve`: the appliance, until a signal stops it. */
export function addServeCommand(program: Command, io: Io): void {
  program
    .command("serve")
    .description("receive, record and forward bags until SIGTERM or SIGINT (the default command)")
    .action(async () => {
      const [{ loadConfig }, { createLogger }, { systemClock }] = await Promise.all([
        import("../config/load.ts"),
        import("../observability/logger.ts"),
        import("../clock.ts"),
      ]);
      const { config, warnings } = loadConfig({ env: io.env, cwd: io.cwd, isTty: io.stdout.isTty });
      if (config.databaseUrl === null && isCompiled()) {
        io.stderr.write(needsDatabase);
        io.finish(exitCode.usage);
        return;
      }
      const logger = await createLogger(config.log, { clock: systemClock, color: io.stdout.isTty });
      for (const warning of warnings) logger.warn(warning);
      const { startAppliance } = await import("../appliance.ts");
      const stopped = firstSignal(logger);
      const appliance = await startAppliance(config, logger);
      void announce(appliance, config, logger, io);
      await stopped;
      await appliance.stop();
      logger.info("stopped");
    });
}

const needsDatabase = `prepuff: DATABASE_URL is not set, and this binary carries no database of its own. Give it one:
  DATABASE_URL=postgres://user:password@host:5432/prepuff prepuff serve
or put the URL in a file and name it in DATABASE_URL_FILE. (A source checkout starts its own: bun start.)
`;

/** Whether this is the compiled binary, which has no node_modules beside it. */
function isCompiled(): boolean {
  return import.meta.dir.startsWith("/$bunfs") || import.meta.dir.startsWith("B:\\~BUN");
}

/** npx and bun pass a Ctrl-C on that the terminal has sent to this process too: both are one wish. */
const sameWishMs = 1_000;
const stoppingLine = "stopping: the scales' port closes, what was read is kept (again: stop at once)";

/** Resolves at the first SIGTERM or SIGINT; another one, after more than a second, ends the process at once. */
function firstSignal(logger: Logger): Promise<void> {
  return new Promise((resolve) => {
    let firstAt: number | null = null;
    const onSignal = (signal: string) => {
      if (firstAt === null) {
        firstAt = performance.now();
        logger.info({ signal }, stoppingLine);
        resolve();
      } else if (performance.now() - firstAt > sameWishMs) {
        logger.warn({ signal }, "stopped at once; what is in the journal is recorded at the next start");
        process.exit(exitCode.failed);
      }
    };
    process.on("SIGTERM", onSignal);
    process.on("SIGINT", onSignal);
  });
}

/** Tells a newcomer what is where, as soon as all of it is there. */
async function announce(appliance: Appliance, config: Config, logger: Logger, io: Io): Promise<void> {
  const [httpPort] = await Promise.all([appliance.httpPort, appliance.databaseUp]);
  const { adminTokenPath } = await import("../config/admin-token.ts");
  const here = (host: string) => (host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host);
  const scales = `${config.scale.host}:${appliance.scalePort}`;
  const api = `http://${here(config.http.host)}:${httpPort}`;
  const token = config.tokens.admin === undefined ? adminTokenPath(config.dataDir) : "as configured";
  const tryIt = `echo '1,50.20 lb' > /dev/tcp/${here(config.scale.host)}/${appliance.scalePort}`;
  if (config.log.format === "json") {
    logger.info(
      { scales, board: `${api}/`, api, openapi: `${api}/openapi`, admin_file: token, first_bag: tryIt },
      "ready",
    );
    return;
  }
  io.stdout.write(`
  Pre-Puff is ready.

  Scales connect to   ${scales}
  Board               ${api}/
  API and its page    ${api}/openapi
  Admin token         ${token}
  A first bag (bash)  ${tryIt}
  ... and see it      curl -s -H "Authorization: Bearer $(cat ${token})" ${api}/api/bags

`);
}
