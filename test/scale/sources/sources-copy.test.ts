import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sourceSchema } from "../../../src/config/sources/source.ts";
import { sourcesCopy } from "../../../src/scale/sources/sources-copy.ts";
import { silentLogger } from "../../support/silent-logger.ts";
import { tempFolder } from "../../support/temp-folder.ts";

const source = sourceSchema.parse({
  name: "scale 1",
  scale: 1,
  connection: { kind: "listen" },
  dialect: "sma",
});
const kept = [{ name: source.name, changedAt: 1_000, source }];

test("what was written is read again", () => {
  using folder = tempFolder();
  const copy = sourcesCopy(folder.path, silentLogger);
  expect(copy.read()).toEqual([]);
  copy.write(kept);
  expect(copy.read()).toEqual(kept);
});

test("an entry that this version does not take leaves the others as they are", () => {
  using folder = tempFolder();
  const copy = sourcesCopy(folder.path, silentLogger);
  copy.write(kept);
  const path = join(folder.path, "sources.json");
  const entries = JSON.parse(readFileSync(path, "utf8"));
  const [first] = entries;
  const other = {
    ...first,
    name: "scale 2",
    source: { ...first.source, name: "scale 2", dialect: "unheard of" },
  };
  writeFileSync(path, JSON.stringify([other, ...entries]));
  expect(copy.read()).toEqual(kept);
});

test.each(["", "{}", "[{"])("a copy that is %j is as none", (text) => {
  using folder = tempFolder();
  writeFileSync(join(folder.path, "sources.json"), text);
  expect(sourcesCopy(folder.path, silentLogger).read()).toEqual([]);
});
