// Which packages are in the program, as the bundler itself says, with their licences.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";

export const root = resolve(import.meta.dir, "../..");

export interface Part {
  readonly name: string;
  readonly version: string;
  /** An SPDX identifier or expression. */
  readonly licence: string;
  /** The licence's whole text, with the authors' notices. */
  readonly text: string;
  /** SHA-512 of the package as the registry gave it, in hex; null where it is none of a registry. */
  readonly sha512: string | null;
}

/** The appliance, and the pages that a macro bundles into it. */
const entries = [
  { entry: "src/main.ts", target: "bun", splitting: true },
  { entry: "src/board/main.tsx", target: "browser", splitting: false },
] as const;

const packageSchema = z.looseObject({ name: z.string(), version: z.string(), license: z.string() });
const lockSchema = z.object({ packages: z.record(z.string(), z.array(z.unknown())) });

/** Every npm package of which a file is in the program, by name. */
export async function bundledPackages(): Promise<Part[]> {
  const folders = new Set<string>();
  for (const { entry, target, splitting } of entries) {
    const built = await Bun.build({
      entrypoints: [join(root, entry)],
      target,
      splitting,
      format: "esm",
      metafile: true,
      define: { "process.env.NODE_ENV": '"production"' },
    });
    for (const input of Object.keys(built.metafile?.inputs ?? {})) {
      const folder = packageFolder(resolve(input));
      if (folder !== null) folders.add(folder);
    }
  }
  const hashes = lockedHashes();
  return [...folders].map((folder) => readPackage(folder, hashes)).sort((a, b) => compare(a.name, b.name));
}

function packageFolder(path: string): string | null {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? null;
}

function readPackage(folder: string, hashes: ReadonlyMap<string, string>): Part {
  const { name, version, license } = packageSchema.parse(
    JSON.parse(readFileSync(join(folder, "package.json"), "utf8")),
  );
  const sha512 = hashes.get(`${name}@${version}`) ?? null;
  return { name, version, licence: license, text: licenceText(folder, name, license), sha512 };
}

function licenceText(folder: string, name: string, license: string): string {
  const files = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)|\.LICENSE\.txt$/i.test(file))
    .sort();
  const own = join(import.meta.dir, "texts", `${license}.txt`);
  // Of a licence without an author's line its own text is all there is.
  const paths = files.length > 0 ? files.map((file) => join(folder, file)) : existsSync(own) ? [own] : [];
  if (paths.length === 0)
    throw new Error(`${name} has no licence text: put it into deploy/sbom/texts/${license}.txt`);
  return paths.map((path) => readFileSync(path, "utf8").trim()).join("\n\n");
}

/** `name@version` → hex, out of bun.lock. */
function lockedHashes(): Map<string, string> {
  const { packages } = lockSchema.parse(Bun.JSONC.parse(readFileSync(join(root, "bun.lock"), "utf8")));
  const found = Object.values(packages).flatMap((each): [string, string][] => {
    const [id, integrity] = [each[0], each.at(-1)];
    if (typeof id !== "string" || typeof integrity !== "string" || !integrity.startsWith("sha512-"))
      return [];
    return [[id, Buffer.from(integrity.slice("sha512-".length), "base64").toString("hex")]];
  });
  return new Map(found);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : 1;
}
