import { expect, test } from "bun:test";
import { join } from "node:path";
import { lockFolder } from "../../src/journal/folder-lock.ts";
import { tempFolder } from "../support/temp-folder.ts";

const script = `
  const { lockFolder } = await import(${JSON.stringify(join(import.meta.dir, "../../src/journal/folder-lock.ts"))});
  try { lockFolder(process.argv[1]); console.log("locked"); } catch (error) { console.log(error.message); }
`;

function lockFromAnotherProcess(folder: string): string {
  return Bun.spawnSync([process.execPath, "-e", script, folder]).stdout.toString().trim();
}

test("a second process is told who has the data folder", () => {
  using folder = tempFolder();
  const release = lockFolder(folder.path);
  expect(lockFromAnotherProcess(folder.path)).toBe(
    `the data folder ${folder.path} is in use by process ${process.pid}: stop that one first, or give this one its own PREPUFF_DATA_DIR`,
  );
  release();
  expect(lockFromAnotherProcess(folder.path)).toBe("locked");
});

test("the lock dies with its process, also by kill -9", async () => {
  using folder = tempFolder();
  const hold = `${script}; Bun.gc(true); setInterval(() => {}, 1000)`;
  await using child = Bun.spawn([process.execPath, "-e", hold, folder.path], { stdout: "pipe" });
  for await (const _ of child.stdout) break;
  expect(lockFromAnotherProcess(folder.path)).toContain(`in use by process ${child.pid}`);
  child.kill("SIGKILL");
  await child.exited;
  expect(lockFromAnotherProcess(folder.path)).toBe("locked");
});
