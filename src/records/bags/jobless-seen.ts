import { type Actor, audit } from "../../audit/audit.ts";
import type { Sql } from "../../database/types.ts";

/**
 * A person has seen to a station's bags without a job: they stay without one, and its board speaks only of those that are
 * weighed from now on.
 */
export async function dismissJobless(sql: Sql, station: string, by: Actor): Promise<void> {
  const at = new Date(by.at);
  await sql.begin(async (tx) => {
    const [before] = await tx<{ jobless_seen_at: Date | null }[]>`
      select jobless_seen_at from station where plant_id = ${by.plant} and name = ${station} for update`;
    await tx`
      insert into station (plant_id, name, jobless_seen_at)
      values (${by.plant}, ${station}, ${at})
      on conflict (plant_id, name) do update set jobless_seen_at = excluded.jobless_seen_at`;
    await audit(tx, by, {
      action: "station.jobless_seen",
      subject: `station:${station}`,
      detail: {},
      before: { jobless_seen_at: before?.jobless_seen_at?.toISOString() ?? null },
      after: { jobless_seen_at: at.toISOString() },
    });
  });
}
