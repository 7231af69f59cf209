import { expect, test } from "bun:test";
import type { Entry } from "../../src/journal/entry.ts";
import { DamagedRow, type EntryRow, entryColumns, entryOf, valuesOf } from "../../src/journal/entry-row.ts";
import { emptyJournal } from "../../src/journal/layout.ts";
import { rejected, weighed } from "../support/entries.ts";

const examples: Readonly<Record<string, Entry>> = {
  "a bag": weighed({
    scale: 7,
    printedScale: 9,
    gross: true,
    repeatSuspected: true,
    remoteAddress: "10.0.0.7",
  }),
  "a rejected frame": rejected({ scale: 7, frames: 3, ofUid: Bun.randomUUIDv7() }),
  "a check of a scale": rejected({
    scale: 7,
    reason: "check",
    ofUid: Bun.randomUUIDv7(),
    print: { weight: "50.06", unit: "lb" },
  }),
};

test("the list of columns is that of the table, in its order", () => {
  using journal = emptyJournal();
  const names = journal
    .query<{ name: string }, []>("select name from pragma_table_info('entry') order by cid")
    .all()
    .map(({ name }) => name);
  expect<string[]>([...entryColumns]).toEqual(names);
});

for (const [name, entry] of Object.entries(examples)) {
  test(`two columns of ${name} that change places are noticed, whichever they are`, () => {
    const values = valuesOf(5, entry);
    const rowOf = (of: typeof values) =>
      Object.fromEntries(entryColumns.map((column, index) => [column, of[index]])) as unknown as EntryRow;
    expect<unknown>(entryOf(rowOf(values))).toEqual({ ...entry, seq: 5 });
    for (let one = 0; one < values.length; one++) {
      for (let other = one + 1; other < values.length; other++) {
        const [first = null, second = null] = [values[one], values[other]];
        if (first === second) continue;
        const swapped = values.with(one, second).with(other, first);
        expect(() => entryOf(rowOf(swapped))).toThrow(DamagedRow);
      }
    }
  });
}
