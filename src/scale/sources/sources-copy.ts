import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { sourceSchema } from "../../config/sources/source.ts";
import type { Logger } from "../../logging/logger.ts";
import { writeFileAtomically } from "../../runtime/durable.ts";
import { errorCode } from "../../runtime/error-code.ts";
import { errorMessage } from "../../runtime/error-message.ts";
import type { KeptSource } from "./kept-sources.ts";

const entrySchema = z.strictObject({
  name: z.string(),
  changedAt: z.int(),
  source: sourceSchema.nullable(),
});

/** What people have set, beside the journal: sources must work while PostgreSQL is away. */
export interface SourcesCopy {
  read(): readonly KeptSource[];
  /** @throws where the disk takes nothing. */
  write(kept: readonly KeptSource[]): void;
}

/**
 * The copy is `sources.json` in the data folder. One that cannot be read is said, and is as none. An entry that this
 * version does not take is said too, and the others hold.
 */
export function sourcesCopy(dataDir: string, logger: Logger): SourcesCopy {
  const path = join(dataDir, "sources.json");
  return {
    read() {
      let entries: unknown[];
      try {
        entries = z.array(z.unknown()).parse(JSON.parse(readFileSync(path, "utf8")));
      } catch (error) {
        if (errorCode(error) !== "ENOENT") {
          logger.error(
            { path, error: errorMessage(error) },
            "the copy of the sources cannot be read: until PostgreSQL answers, only those of PREPUFF_SOURCES hold",
          );
        }
        return [];
      }
      return entries.flatMap((entry) => {
        const read = entrySchema.safeParse(entry, { jitless: true });
        if (read.success) return [read.data];
        logger.error(
          { path, entry, error: z.prettifyError(read.error) },
          "this version does not take an entry in the copy of the sources: set the source anew",
        );
        return [];
      });
    },
    write(kept) {
      writeFileAtomically(path, `${JSON.stringify(kept, null, 2)}\n`, { ifExists: "replace" });
    },
  };
}
