import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { lockFolder } from "../../src/journal/folder-lock.ts";
import { openJournal } from "../../src/journal/journal.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { rejected, weighed } from "../support/entries.ts";
import { silentLogger } from "../support/silent-logger.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";
import { prepuff } from "./captured.ts";

const open = (folder: string) => openJournal({ folder, clock: systemClock, logger: silentLogger });

async function filled(folder: string, count: number) {
  const journal = open(folder);
  for (let i = 0; i < count; i++) journal.append(i === 4 ? rejected() : weighed());
  await until("all is on disk", () => journal.lastSeq === count);
  return journal;
}

test("prepuff journal verify counts what is in the journal of a stopped and of a running appliance", async () => {
  using folder = tempFolder();
  const journal = await filled(folder.path, 10);
  const env = { PREPUFF_DATA_DIR: folder.path };
  const release = lockFolder(folder.path);
  const running = await prepuff(["journal", "verify", "--json"], { env });
  expect(JSON.parse(running.out)).toMatchObject({ running: true, fault: null, entries: 10, id: journal.id });
  release();
  journal.close();
  const { code, out } = await prepuff(["journal", "verify"], { env });
  expect(code).toBe(0);
  expect(out).toContain("last number    10\nentries        10 (9 bags, 1 rejected frames)\n");
  expect(out).toEndWith("without entry  0\nsound\n");
});

test("prepuff journal export prints one entry a line, and ends with 1 where there is no journal", async () => {
  using folder = tempFolder();
  expect((await prepuff(["journal", "export"], { env: { PREPUFF_DATA_DIR: folder.path } })).code).toBe(1);
  const journal = await filled(folder.path, 10);
  const entries = journal.read(0, 10);
  journal.close();
  const { code, out } = await prepuff(["journal", "export"], { env: { PREPUFF_DATA_DIR: folder.path } });
  expect(code).toBe(0);
  expect<unknown>(
    out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual(entries);
});

test("prepuff journal recover says what is readable, and with --into brings it back once, under its numbers", async () => {
  using folder = tempFolder();
  const data = join(folder.path, "data");
  const aside = join(folder.path, "aside");
  mkdirSync(data);
  const journal = await filled(data, 10);
  const entries = journal.read(0, 10);
  journal.close();
  cpSync(data, aside, { recursive: true });
  const db = new Database(join(data, "journal.db"));
  db.run("delete from entry where seq between 3 and 6");
  db.close(true);

  const dry = await prepuff(["journal", "recover", aside]);
  expect(dry).toMatchObject({ code: 0, err: "" });
  expect(dry.out).toContain("readable     10 entries\n");
  expect(dry.out).toContain("Nothing was changed.");
  const into = await prepuff(["journal", "recover", aside, "--into", data]);
  expect(into.out).toContain(
    "added        4 under their own numbers\nrenumbered   0\npresent      6 were there already",
  );
  const again = await prepuff(["journal", "recover", aside, "--into", data]);
  expect(again.out).toContain("added        0 under their own numbers\nrenumbered   0\npresent      10 were");
  const after = open(data);
  expect(after.read(0, 100)).toEqual(entries);
  after.close();
});

test("prepuff journal recover does not touch the journal of a running appliance", async () => {
  using folder = tempFolder();
  const journal = await filled(folder.path, 3);
  const release = lockFolder(folder.path);
  const { code, err } = await prepuff(["journal", "recover", folder.path, "--into", folder.path]);
  release();
  journal.close();
  expect({ code, said: err.includes("is in use by process") }).toEqual({ code: 1, said: true });
});
