import type { Appliance } from "../appliance.ts";
import type { Config } from "../config/config.ts";
import type { Logger } from "../logging/logger.ts";
import type { Clock } from "../runtime/clock.ts";

/** How long a PostgreSQL that starts together with the appliance may take before its absence is reported. */
const troubleAfterMs = 5_000;
const lookEveryMs = 250;

interface Parts {
  readonly appliance: Appliance;
  readonly config: Config;
  readonly logger: Logger;
  /** Writes text for people; must neither throw nor block. */
  readonly print: (text: string) => void;
  readonly clock: Pick<Clock, "sleep">;
  /** Aborted at the stop: nothing is written any more. */
  readonly signal: AbortSignal;
}

/**
 * Prints where board, API and scales' port are, as soon as all are ready; and once, if there is no database by then,
 * what is wrong and what to do. Never throws.
 */
export async function announce(parts: Parts): Promise<void> {
  await Promise.all([sayReady(parts), sayTrouble(parts)]);
}

async function sayReady({ appliance, config, logger, print }: Parts): Promise<void> {
  const [httpPort] = await Promise.all([appliance.httpPort, appliance.databaseUp]);
  const { adminTokenPath } = await import("../config/admin-token.ts");
  const here = (host: string) => (host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host);
  const scales = `${config.scale.host}:${appliance.scalePort}`;
  const api = `http://${here(config.http.host)}:${httpPort}`;
  const tokenFile = config.tokens.admin === undefined ? adminTokenPath(config.dataDir) : null;
  const token = tokenFile ?? "as configured";
  const tryIt = `echo '1,50.20 lb' > /dev/tcp/${here(config.scale.host)}/${appliance.scalePort}`;
  if (config.log.format === "json") {
    logger.info(
      { scales, board: `${api}/`, api, openapi: `${api}/openapi`, admin_file: token, first_bag: tryIt },
      "ready",
    );
    return;
  }
  const bearer = tokenFile === null ? "$PREPUFF_ADMIN_TOKEN" : `$(cat ${inShell(tokenFile)})`;
  print(`
  Pre-Puff is ready.

  Scales connect to   ${scales}
  Board               ${api}/
  API and its page    ${api}/openapi
  Admin token         ${token}
  A first bag (bash)  ${tryIt}
  ... and see it      curl -s -H "Authorization: Bearer ${bearer}" ${api}/api/bags

`);
}

/** As it is pasted into a shell; a path may hold blanks and quotes. */
function inShell(path: string): string {
  return /^[\w/.,:@%+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

async function sayTrouble({ appliance, config, logger, print, clock, signal }: Parts): Promise<void> {
  let isUp = false;
  void appliance.databaseUp.then(() => {
    isUp = true;
  });
  const isEmbedded = config.databaseUrl === null;
  let waitedMs = 0;
  let trouble = appliance.databaseTrouble();
  // The embedded one is started by this process: its failure is reported at once.
  while (trouble === null || (!isEmbedded && waitedMs < troubleAfterMs)) {
    await clock.sleep(lookEveryMs, signal);
    if (signal.aborted || isUp) return;
    waitedMs += lookEveryMs;
    trouble = appliance.databaseTrouble();
  }
  const { what, hint } = trouble;
  if (config.log.format === "json") {
    logger.error({ error: what, hint }, "no database: bags are kept in the journal until there is one");
    return;
  }
  const { printable } = await import("../config/fault.ts");
  print(`
  Pre-Puff weighs, but it has no database: bags are kept in ${printable(config.dataDir)} until there is one.

  Scales connect to   ${config.scale.host}:${appliance.scalePort}
  What is wrong       ${printable(what)}
  What to do          ${printable(hint)}

  It is tried again by itself; "Pre-Puff is ready" is said here when there is one.

`);
}
