import { join } from "node:path";
import { buildBoard } from "./board.ts";
import { delivery } from "./health.ts";
import { plant } from "./plant.ts";
import { scale } from "./scale.ts";

const folder = join(import.meta.dir, "dashboards");

/** Every dashboard as the file that Grafana reads. */
export function dashboardFiles(): { path: string; text: string }[] {
  return [plant, scale, delivery].map((board) => ({
    path: join(folder, `${board.uid.replace("prepuff-", "")}.json`),
    text: `${JSON.stringify(buildBoard(board), null, 2)}\n`,
  }));
}

if (import.meta.main) {
  for (const { path, text } of dashboardFiles()) await Bun.write(path, text);
}
