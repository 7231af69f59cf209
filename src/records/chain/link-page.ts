import type { Transaction } from "../../database/types.ts";
import type { Link } from "./link.ts";
import { readRowTexts } from "./row-texts.ts";

/** Links that are read at once, with the rows that they stand for. */
export const pageSize = 1_000;

/** A link, and the row that it stands for. */
export interface LinkWithRow {
  readonly link: Link;
  /** The row's canonical text as it is now; undefined: there is none. */
  readonly text: string | undefined;
  /** No later link stands for the same row. */
  readonly isNewest: boolean;
}

/** The next links of a chain. */
export async function readPage(tx: Transaction, plant: number, after: number): Promise<LinkWithRow[]> {
  const links = await tx<(Link & { is_newest: boolean })[]>`
    select
      c.plant_id as plant, c.seq, c.kind, c.row_id as row, encode(c.content, 'hex') as content,
      to_char(c.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, encode(c.digest, 'hex') as digest,
      not exists (
        select from record_chain later
        where later.kind = c.kind and later.row_id = c.row_id and later.plant_id = c.plant_id and later.seq > c.seq
      ) as is_newest
    from record_chain c
    where c.plant_id = ${plant} and c.seq > ${after}
    order by c.seq
    limit ${pageSize}`;
  const ids = Map.groupBy(links, ({ kind }) => kind);
  const texts = new Map(
    await Promise.all(
      [...ids].map(async ([kind, of]) => {
        const rows = of.map(({ row }) => row);
        return [kind, await readRowTexts(tx, kind, rows)] as const;
      }),
    ),
  );
  return links.map(({ is_newest: isNewest, ...link }) => ({
    link,
    text: texts.get(link.kind)?.get(link.row),
    isNewest,
  }));
}
