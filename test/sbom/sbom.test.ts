import { beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Ajv, { type AnySchemaObject } from "ajv";
import addFormats from "ajv-formats";
import { z } from "zod";
import { root } from "../../deploy/sbom/bundled.ts";
import { tempFolder } from "../support/temp-folder.ts";

setDefaultTimeout(60_000);

const bomSchema = z.looseObject({
  components: z.array(
    z.looseObject({
      name: z.string(),
      version: z.string(),
      purl: z.string(),
      licenses: z
        .array(
          z.union([
            z.looseObject({ license: z.looseObject({ text: z.looseObject({ content: z.string() }) }) }),
            // One of several: CycloneDX has no place for a text beside it.
            z.strictObject({ expression: z.string() }),
          ]),
        )
        .optional(),
    }),
  ),
});

let text: string;
let bom: z.output<typeof bomSchema>;
let licences: string;

beforeAll(async () => {
  using folder = tempFolder();
  // As a distroless image has it.
  const base = join(folder.path, "status.d");
  mkdirSync(base);
  writeFileSync(
    join(base, "libc6"),
    "Package: libc6\nVersion: 2.41-12\nArchitecture: amd64\nDescription: x\n",
  );
  writeFileSync(join(base, "libc6.md5sums"), "0  usr/lib/libc.so.6\n");
  const command = [process.execPath, "deploy/sbom/make.ts", folder.path, "--base", base];
  const { success, stderr } = Bun.spawnSync(command, { cwd: root });
  if (!success) throw new Error(stderr.toString());
  text = readFileSync(join(folder.path, "sbom.cdx.json"), "utf8");
  bom = bomSchema.parse(JSON.parse(text));
  licences = readFileSync(join(folder.path, "licences.txt"), "utf8");
}, 60_000);

test("the bill of materials is valid CycloneDX 1.6", () => {
  const library = fileURLToPath(import.meta.resolve("@cyclonedx/cyclonedx-library/package.json"));
  const folder = join(library, "../res/schema");
  const schema = (name: string): AnySchemaObject =>
    JSON.parse(readFileSync(join(folder, `${name}.SNAPSHOT.schema.json`), "utf8"));
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
  addFormats(ajv);
  // Formats of international names, which nothing here uses.
  for (const name of ["idn-email", "iri-reference"]) ajv.addFormat(name, true);
  for (const name of ["spdx", "jsf-0.82"]) {
    // Named as the schema of the bill refers to it.
    const { $id: _, ...named } = schema(name);
    ajv.addSchema(named, `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  }
  const isValid = ajv.compile(schema("bom-1.6"));
  expect(isValid(JSON.parse(text)), JSON.stringify(isValid.errors)).toBe(true);
  expect(isValid({ ...JSON.parse(text), components: [{ type: "nonsense" }] })).toBe(false);
});

test("every package of which the shipped program has a line is listed with its version and its licence's text", async () => {
  // Another witness than the one that made the list: the source map of what is built.
  const sources: string[] = [];
  for (const [entry, target] of [
    ["src/main.ts", "bun"],
    ["src/board/main.tsx", "browser"],
  ] as const) {
    const built = await Bun.build({ entrypoints: [join(root, entry)], target, sourcemap: "external" });
    for (const output of built.outputs.filter(({ kind }) => kind === "sourcemap")) {
      sources.push(...z.object({ sources: z.array(z.string()) }).parse(await output.json()).sources);
    }
  }
  const names = new Set(
    sources.flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? []),
  );
  expect(names.size).toBeGreaterThan(30);
  for (const name of [...names, "swagger-ui-dist", "preact", "uplot", "bun"]) {
    const listed = bom.components.find((each) => each.name === name);
    expect({ name, isListed: listed !== undefined }).toEqual({ name, isListed: true });
    const [licence] = listed?.licenses ?? [];
    const [, rest = ""] = licences.split(`\n${name} ${listed?.version} (`);
    const [told = ""] = rest.split(`\n${"=".repeat(79)}\n`);
    expect(told.length, name).toBeGreaterThan(200);
    if (licence !== undefined && "license" in licence) expect(told).toContain(licence.license.text.content);
    else expect(told).toStartWith(`${licence?.expression})`);
  }
});

test("nothing that only tests or development need is listed", () => {
  const { devDependencies, optionalDependencies } = z
    .object({
      devDependencies: z.record(z.string(), z.string()),
      optionalDependencies: z.record(z.string(), z.string()),
    })
    .parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
  const foreign = Object.keys({ ...devDependencies, ...optionalDependencies });
  expect(bom.components.map(({ name }) => name).filter((name) => foreign.includes(name))).toEqual([]);
});

test("the packages of the base image are listed as it names them", () => {
  expect(bom.components.filter(({ purl }) => purl.startsWith("pkg:deb/"))).toMatchObject([
    { name: "libc6", version: "2.41-12", purl: "pkg:deb/debian/libc6@2.41-12?arch=amd64" },
  ]);
  expect(licences).toContain("libc6 2.41-12: /usr/share/doc/libc6/copyright");
});

test("what Bun links is told in the words of the Bun that is used", () => {
  const own = readFileSync(join(root, "node_modules/bun-types/docs/project/license.mdx"), "utf8");
  expect(readFileSync(join(root, "deploy/sbom/texts/bun.md"), "utf8")).toBe(own);
});
