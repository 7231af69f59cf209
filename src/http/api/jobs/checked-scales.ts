import type { Sql } from "../../../database/types.ts";
import { blocksJobs, readStanding } from "../../../records/scale-checks/standing.ts";
import { conflict } from "../../answer/problem.ts";
import type { Services } from "../services.ts";

/**
 * Refuses to start a job on a station one of whose scales has to be checked first, where that scale is set so.
 *
 * @throws Problem 409 `scale_check`.
 */
export async function requireCheckedScales(
  sql: Sql,
  { plant, clock, stations }: Pick<Services, "plant" | "clock" | "stations">,
  station: string,
): Promise<void> {
  const all = await readStanding(sql, plant.id, clock.now());
  const isInUse = (scale: number) =>
    stations.stationOf(scale) === station &&
    stations.isAccepted(scale) &&
    // One that stands in for another is checked as that one.
    stations.actualScale(scale) === scale;
  const blocking = all.find((each) => blocksJobs(each) && isInUse(each.scale));
  if (blocking === undefined) return;
  const { scale, standing } = blocking;
  const [failed] = standing.failed;
  const why =
    failed === undefined
      ? `the check of scale ${scale} is overdue (${standing.missing.join(", ")})`
      : `scale ${scale} failed its last check (${failed})`;
  throw conflict("scale_check", `${why}: check the scale at ${station}; a job starts when it passes`);
}
