// A peer in the middle of recording: it holds the locks of the running job, says so, and does nothing more.
// `bun test/support/lock-holder.ts URL`

import { withConnection } from "../../src/database/once.ts";
import { recordDirect } from "../../src/recording/record.ts";
import { weighed } from "./entries.ts";
import { silentLogger as logger } from "./silent-logger.ts";

const limitMs = 600_000;

await withConnection(Bun.argv[2] ?? "", { logger, limitMs }, (sql) =>
  sql.begin(async (tx) => {
    const bag = { ...weighed({ scale: 9 }), source: "api" } as const;
    await recordDirect(tx, bag, { plant: 1, requireJob: true, destinations: [] });
    process.stdout.write("holds\n");
    await Bun.sleep(limitMs);
  }),
);
