// bun run sbom [FOLDER] [--base /var/lib/dpkg/status.d]: sbom.cdx.json and licences.txt of what is shipped.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { debianPackages } from "./base-image.ts";
import { bundledPackages, type Part } from "./bundled.ts";
import { type Contents, cycloneDx, licences } from "./document.ts";

const { values, positionals } = parseArgs({
  options: { base: { type: "string" } },
  allowPositionals: true,
});
const folder = positionals[0] ?? "dist";

/** Bun is in the binary as a whole; its own document names what it links. */
const bun: Part = {
  name: "bun",
  version: Bun.version,
  licence: "MIT",
  text: readFileSync(join(import.meta.dir, "texts", "bun.md"), "utf8").trim(),
  sha512: null,
};
const contents: Contents = {
  packages: await bundledPackages(),
  bun,
  debian: values.base === undefined ? [] : debianPackages(values.base),
};
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "sbom.cdx.json"), `${JSON.stringify(cycloneDx(contents), null, 2)}\n`);
writeFileSync(join(folder, "licences.txt"), licences(contents));
process.stdout.write(
  `${folder}: ${contents.packages.length} npm packages, Bun ${bun.version}, ${contents.debian.length} Debian packages\n`,
);
