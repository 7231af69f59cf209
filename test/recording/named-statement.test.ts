import { expect, test } from "bun:test";
import { namedStatement } from "../../src/recording/named-statement.ts";
import { recordJournaled } from "../../src/recording/record.ts";
import { rejected, weighed } from "../support/entries.ts";
import { testDatabase } from "../support/postgres.ts";

const text = "select $after - $last, n from unnest($columns) as r ($names) -- $9 in words";
const types = {
  single: { last: "bigint", after: "bigint" },
  columns: { scale: "integer", printed: "integer" },
} as const;

test("numbers and types follow from the list, wherever the text names a parameter", () => {
  const statement = namedStatement(text, types);
  expect(statement.text).toBe(
    "select $2::bigint - $1::bigint, n from unnest($3::integer[], $4::integer[]) as r (scale, printed) -- $9 in words",
  );
  expect(statement.parameters({ after: 7, last: 9 }, { printed: [2], scale: [1] })).toEqual([9, 7, [1], [2]]);
});

test("the order of the list decides nothing: two of one type may change places", () => {
  const { single, columns } = types;
  const swapped = namedStatement(text, {
    single: { after: single.after, last: single.last },
    columns: { printed: columns.printed, scale: columns.scale },
  });
  expect(swapped.text).toBe(
    "select $1::bigint - $2::bigint, n from unnest($3::integer[], $4::integer[]) as r (printed, scale) -- $9 in words",
  );
  expect(swapped.parameters({ last: 9, after: 7 }, { scale: [1], printed: [2] })).toEqual([7, 9, [2], [1]]);
});

test("a name that is in no list, and one that the text does not use, are refused", () => {
  expect(() => namedStatement(`${text.replace("$last", "$lost")}`, types)).toThrow("$lost");
  expect(() => namedStatement(text.replace("- $last", ""), types)).toThrow("$last");
});

test("each value of a bag and of a rejected frame is found in the column of its name", async () => {
  const { sql } = await testDatabase();
  const journalId = "00000000-0000-7000-8000-000000000001";
  await sql`insert into journal (id, recorded_through) values (${journalId}, 40)`;
  const uid = "01890000-0000-7000-8000-00000000000a";
  const bag = {
    ...weighed({
      uid,
      receivedAt: 1_700_000_000_123,
      station: "S",
      unit: "kg",
      weight: "11.5",
      raw: "the print",
    }),
    ...{ seq: 41, scale: 12, printedScale: 13, repeatSuspected: true },
  };
  const frame = {
    ...rejected({ receivedAt: 1_700_000_000_456, remoteAddress: "10.0.0.9", scale: 14, reason: "stale" }),
    ...{ seq: 48, frames: 7, raw: "bytes", ofUid: uid },
  };
  expect(await recordJournaled(sql, journalId, [bag, frame], [])).not.toBeNull();
  expect<unknown>([
    ...(await sql`
      select uid, station, scale_id, printed_scale_id, weight, unit, weight_lb, repeat_suspected, doubt, weighed_at,
        source, journal_id, journal_seq, raw
      from filler_bag`),
  ]).toEqual([
    {
      ...{ uid, station: "S", scale_id: 12, printed_scale_id: 13, weight: "11.5", unit: "kg" },
      ...{
        weight_lb: "25.3532",
        repeat_suspected: true,
        doubt: null,
        weighed_at: new Date(1_700_000_000_123),
      },
      ...{ source: "scale", journal_id: journalId, journal_seq: 41, raw: "the print" },
    },
  ]);
  expect<unknown>([
    ...(await sql`
      select received_at, remote_address, scale_id, convert_from(raw, 'UTF8') as raw, reason, detail, journal_id,
        journal_seq, frames, follows_bag_uid
      from rejected_frame`),
  ]).toEqual([
    {
      ...{ received_at: new Date(1_700_000_000_456), remote_address: "10.0.0.9", scale_id: 14, raw: "bytes" },
      ...{
        reason: "stale",
        detail: null,
        journal_id: journalId,
        journal_seq: 48,
        frames: 7,
        follows_bag_uid: uid,
      },
    },
  ]);
});
