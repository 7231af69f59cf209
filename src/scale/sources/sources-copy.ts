import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Source, sourceSchema } from "../../config/sources/source.ts";
import type { Logger } from "../../logging/logger.ts";
import { writeFileAtomically } from "../../runtime/durable.ts";
import { errorCode } from "../../runtime/error-code.ts";
import { errorMessage } from "../../runtime/error-message.ts";

const schema = z.array(sourceSchema);

/** The copy of what people have set, `sources.json` in the data folder. One that cannot be read is said, and is as none. */
export function sourcesCopy(
  dataDir: string,
  logger: Logger,
): { read(): readonly Source[]; write(sources: readonly Source[]): void } {
  const path = join(dataDir, "sources.json");
  return {
    read() {
      try {
        return schema.parse(JSON.parse(readFileSync(path, "utf8")), { jitless: true });
      } catch (error) {
        if (errorCode(error) !== "ENOENT") {
          logger.error(
            { path, error: errorMessage(error) },
            "the copy of the sources cannot be read: until PostgreSQL answers, only those of PREPUFF_SOURCES hold",
          );
        }
        return [];
      }
    },
    write(sources) {
      writeFileAtomically(path, `${JSON.stringify(sources, null, 2)}\n`, { ifExists: "replace" });
    },
  };
}
