import { z } from "zod";
import { type Actor, audit } from "../../audit/audit.ts";
import type { Sql } from "../../database/types.ts";
import { lockJobs } from "./moments.ts";

/** What happens where a job is complete and another one is planned. */
const nextJobBegins = ["by_hand", "by_itself"] as const;

/** The request to set something for a station. */
export const stationSettingsSchema = z.strictObject({
  next_job_begins: z
    .enum(nextJobBegins)
    .describe(
      "Where a job is complete and another one is planned: a person starts it, or it begins at that moment.",
    ),
});
export type StationSettings = z.output<typeof stationSettingsSchema>;

/** Sets it, also for what is planned there already. A station is known from then on. */
export function setStation(
  sql: Sql,
  station: string,
  { next_job_begins: wanted }: StationSettings,
  by: Actor,
): Promise<StationSettings> {
  return sql.begin(async (tx) => {
    await lockJobs(tx);
    const [row] = await tx<StationSettings[]>`
      select next_job_begins from station where plant_id = ${by.plant} and name = ${station}`;
    const { next_job_begins: before } = row ?? { next_job_begins: "by_hand" };
    if (before === wanted) return { next_job_begins: wanted };
    await tx`
      insert into station (plant_id, name, next_job_begins)
      values (${by.plant}, ${station}, ${wanted})
      on conflict (plant_id, name) do update set next_job_begins = excluded.next_job_begins`;
    await tx`
      update prepuff_job set begins_itself = ${wanted === "by_itself"}
      where plant_id = ${by.plant} and station = ${station} and status = 'planned'`;
    await audit(tx, by, {
      action: "station.change",
      subject: `station:${station}`,
      detail: {},
      before: { next_job_begins: before },
      after: { next_job_begins: wanted },
    });
    return { next_job_begins: wanted };
  });
}
