import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { circlesOf, importsOf } from "./imports.ts";
import { placeOf, readLayers } from "./layers.ts";

const root = join(import.meta.dir, "../..");
const layers = readLayers(readFileSync(join(root, "docs/architecture.md"), "utf8"));
const imports = importsOf(join(root, "src")).filter(({ to }) => !to.startsWith(".."));

test("every file imports only from rows below its own, or from its own folder", () => {
  const wrong = imports.filter(({ from, to }) => {
    const [place, target] = [placeOf(from, layers), placeOf(to, layers)];
    return place.name !== target.name && place.row >= target.row;
  });
  expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
});

test("no file imports itself by way of others", () => {
  expect(circlesOf(imports)).toEqual([]);
});
