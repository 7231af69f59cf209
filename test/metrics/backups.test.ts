import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setBackups } from "../../src/metrics/backups.ts";
import { createMetrics } from "../../src/runtime/metrics.ts";
import { tempFolder } from "../support/temp-folder.ts";

async function told(folder: string) {
  const metrics = createMetrics();
  setBackups(metrics, folder);
  const text = await metrics.registry.metrics();
  const value = (name: string) => {
    const found = new RegExp(`^prepuff_backup_${name} (.+)$`, "m").exec(text)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  return { at: value("last_success_timestamp_seconds"), bytes: value("bytes"), kept: value("kept") };
}

test("the newest backup counts, by the moment in its name, whatever the file's own time", async () => {
  using folder = tempFolder();
  writeFileSync(join(folder.path, "prepuff-20261125T101530Z.dump"), "12345");
  writeFileSync(join(folder.path, "prepuff-20261124T101530Z.dump"), "123");
  expect(await told(folder.path)).toEqual({
    at: Date.parse("2026-11-25T10:15:30Z") / 1000,
    bytes: 5,
    kept: 2,
  });
});

test("what is not a whole backup does not count", async () => {
  using folder = tempFolder();
  writeFileSync(join(folder.path, "prepuff-20261125T101530Z.dump.part"), "12345");
  writeFileSync(join(folder.path, "notes.txt"), "");
  expect(await told(folder.path)).toEqual({ at: 0, bytes: 0, kept: 0 });
});

test("of a folder that cannot be read nothing is told", async () => {
  using folder = tempFolder();
  expect(await told(join(folder.path, "gone"))).toEqual({ at: undefined, bytes: undefined, kept: undefined });
});
