import { z } from "zod";
import type { DatabaseAccess } from "../../../database/database.ts";
import { type BlockPlace, compareBlock, placesOf } from "./making.ts";

/** Jobs that are looked up at once. */
const jobsAtOnce = 200;
/** More are not listed: one is enough to make all of them again. */
const wrongMax = 100;

/** What a part of the comparison of blocks with their bags found. */
export const rebuiltSchema = z.object({
  blocks: z.int().describe("Looked at by this request."),
  bags: z.int().describe("In them."),
  missing: z.int().describe("Were not made yet, or not of all of their bags."),
  wrong: z
    .array(z.object({ job: z.int(), after: z.int().describe("Of the bags with numbers behind this one.") }))
    .describe(`Said something else than their bags; ${wrongMax} at most.`),
  wrong_total: z.int(),
  next: z
    .string()
    .nullable()
    .describe("There is more: go on with it as `after`. Null: all of them were looked at."),
});
export type Rebuilt = z.output<typeof rebuiltSchema>;

/** The place that a text names, as `next` gives it: `JOB:NUMBER`. */
export function readPlace(text: string): BlockPlace {
  const [job = 0, after = 0] = text.split(":").map(Number);
  return { job, after };
}

/**
 * Compares the blocks of all jobs with their bags, in the order of jobs.
 *
 * @param wanted.isMade makes those again that say something else, and those that are missing.
 * @param wanted.after the place after which to begin; null: at the first one.
 * @param wanted.isOver whether to go on in another request.
 */
export async function rebuildBlocks(
  database: DatabaseAccess,
  plant: number,
  wanted: {
    readonly isMade: boolean;
    readonly after: BlockPlace | null;
    readonly isOver: () => boolean;
  },
): Promise<Rebuilt> {
  const found = { blocks: 0, bags: 0, missing: 0, wrong: [] as BlockPlace[], wrong_total: 0 };
  let last = wanted.after;
  for (;;) {
    const places = await nextPlaces(database, plant, last);
    if (places.length === 0) return { ...found, next: null };
    for (const place of places) {
      if (wanted.isOver()) return { ...found, next: last === null ? "0:0" : `${last.job}:${last.after}` };
      last = place;
      const compared = await database.run(
        (sql) => compareBlock(sql, place, wanted.isMade),
        undefined,
        "slow",
      );
      if (compared === null) continue;
      found.blocks++;
      found.bags += compared.bags;
      if (compared.is === "missing") found.missing++;
      if (compared.is !== "wrong") continue;
      found.wrong_total++;
      if (found.wrong.length < wrongMax) found.wrong.push(place);
    }
  }
}

async function nextPlaces(
  database: DatabaseAccess,
  plant: number,
  last: BlockPlace | null,
): Promise<BlockPlace[]> {
  const jobs = await database.run(
    (sql) => sql<{ id: number; last: number }[]>`
      select id, last_bag_num as last
      from prepuff_job
      where plant_id = ${plant} and last_bag_num > 0 and id >= ${last?.job ?? 0}
      order by id
      limit ${jobsAtOnce}`,
  );
  return jobs
    .flatMap((job) => placesOf(job.id, job.last))
    .filter(({ job, after }) => last === null || job > last.job || (job === last.job && after > last.after));
}
