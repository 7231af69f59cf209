// Writes deploy/sources.schema.json, the form of a file of sources: `bun run sources-schema`.
import { join } from "node:path";
import { sourcesJsonSchema } from "../src/config/sources/sources-file.ts";

await Bun.write(
  join(import.meta.dir, "sources.schema.json"),
  `${JSON.stringify(sourcesJsonSchema(), null, 2)}\n`,
);
