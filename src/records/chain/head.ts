import { z } from "zod";
import type { Executor } from "../../database/types.ts";
import { headText } from "./link.ts";

/** The end of the chain of records. */
export const headSchema = z.object({
  head: z
    .string()
    .nullable()
    .describe("Number and digest of the last link, as `1234:ab12…`; null: there is none yet."),
  at: z.iso.datetime().nullable().describe("When it was made."),
});
export type ChainHead = z.output<typeof headSchema>;

/** The end of a plant's chain of records, which proves everything before it. */
export async function readChainHead(sql: Executor, plant: number): Promise<ChainHead> {
  const [last] = await sql<{ seq: number; digest: string; at: Date }[]>`
    select seq, encode(digest, 'hex') as digest, at
    from record_chain
    where plant_id = ${plant}
    order by seq desc
    limit 1`;
  return last === undefined ? { head: null, at: null } : { head: headText(last), at: last.at.toISOString() };
}
