// Bundles the pages and says them as JSON on standard output. A program of its own: a macro may not call Bun.build.
import { join } from "node:path";
import type { BuiltFile } from "./built-file.ts";

const built = await Bun.build({
  entrypoints: [join(import.meta.dir, "../main.tsx")],
  target: "browser",
  minify: true,
  splitting: true,
  naming: { entry: "[name]-[hash].[ext]", chunk: "[name]-[hash].[ext]", asset: "[name]-[hash].[ext]" },
  define: { "process.env.NODE_ENV": '"production"' },
});
const files: BuiltFile[] = await Promise.all(
  built.outputs.map(async (output) => ({
    name: output.path.replace("./", ""),
    text: await output.text(),
    isOnDemand: output.kind === "chunk",
  })),
);
process.stdout.write(JSON.stringify(files));
