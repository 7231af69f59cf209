import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { run } from "./stack.ts";

const root = resolve(import.meta.dir, "../..");

/** The image that compose.yaml builds. */
export const image = `prepuff:${packageJson.version}`;
/** A later version: the same program with one migration more. */
export const nextImage = "prepuff:drill-next";
export const nextVersion = "9999.0.0";

/** What the later version does to the schema: a column that is computed for every bag there is. */
const migration = {
  name: "9999_drill",
  statements: `alter table filler_bag
  add column weight_g numeric generated always as (weight_lb * 453.59237) stored;
`,
};
export const nextMigration = migration.name;

/** Builds `nextImage`, as a later checkout would, from a copy of what the image is made of in `folder`. */
export async function buildNextImage(folder: string): Promise<void> {
  const sources = join(folder, "next");
  // What .dockerignore lets through, and what steers the build.
  const parts = readFileSync(join(root, ".dockerignore"), "utf8").match(/(?<=^!).+$/gm) ?? [];
  for (const part of [...parts, "Dockerfile", ".dockerignore"]) {
    cpSync(join(root, part), join(sources, part), { recursive: true });
  }
  writeFileSync(join(sources, `src/database/migrations/${migration.name}.sql`), migration.statements);
  replace(join(sources, "src/database/migrate.ts"), [
    [/^(?=import )/m, `import drill from "./migrations/${migration.name}.sql" with { type: "text" };\n`],
    [/^(?=\] as const;)/m, `  { name: "${migration.name}", statements: drill },\n`],
  ]);
  replace(join(sources, "package.json"), [[/(?<="version": ")[^"]+/, nextVersion]]);
  const options = ["--quiet", "--build-arg", `VERSION=${nextVersion}`, "--tag", nextImage];
  await run(["docker", "build", ...options, sources]);
}

/** @throws where the file has changed, so that a change does not find its place. */
function replace(path: string, changes: readonly (readonly [RegExp, string])[]): void {
  let text = readFileSync(path, "utf8");
  for (const [place, words] of changes) {
    if (!place.test(text)) throw new Error(`${path}: there is no ${place}`);
    text = text.replace(place, words);
  }
  writeFileSync(path, text);
}
