import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findTool } from "../../support/tool.ts";
import { until } from "../../support/until.ts";
import type { Plant } from "../plant.ts";
import { between, type Scenario, scenariosOf, whole } from "../scenario.ts";
import { clearAside, flippedBytes, tornPage } from "./damaged-journal.ts";

const scenario = scenariosOf("disk");

/** Of the data folder. */
const ownDisk = ({ hasOwnDisk }: Plant) =>
  hasOwnDisk ? null : "mounting a tmpfs is not permitted (needs root)";
/** The appliance looks once a second. */
const noticedLimitMs = 15_000;

export const diskScenarios: readonly Scenario[] = [
  scenario(
    "full",
    async (plant) => {
      const holdMs = between(plant, 500, 2_500);
      const ballast = join(plant.dataDir, "ballast");
      fill(plant.dataDir, ballast);
      await Bun.sleep(holdMs);
      rmSync(ballast, { force: true });
    },
    { obstacle: ownDisk },
  ),
  scenario("slow", slow, {
    obstacle: () => (findTool("strace") === null ? "strace is not installed" : null),
  }),
  scenario(
    "files deleted while running",
    async (plant) => {
      // One of them, or some, or all.
      const chosen = whole(plant, 1, 7);
      const names = ["journal.db", "journal.db-wal", "journal.db-shm"].filter(
        (_, index) => chosen & (1 << index),
      );
      const before = timesMended(plant);
      for (const name of names) rmSync(join(plant.dataDir, name));
      await until(
        `the appliance notices that ${names.join(", ")} are gone`,
        () => timesMended(plant) > before,
        noticedLimitMs,
      );
      clearAside(plant);
    },
    // What is deleted under a process that dies at once is gone.
    { alone: ["process"] },
  ),
  scenario("a torn last page", tornPage, { alone: ["process"] }),
  // With Postgres away there is something that only the journal has.
  scenario("flipped bytes", flippedBytes, { alone: ["process", "postgres"] }),
];

function timesMended(plant: Plant): number {
  return plant
    .appliance()
    .log()
    .filter(({ msg }) => msg.startsWith("journal damaged:")).length;
}

function fill(folder: string, ballast: string): void {
  const { bavail, bsize } = statfsSync(folder);
  for (let bytes = bavail * bsize; bytes > 0; bytes -= 64 * 1024) {
    try {
      writeFileSync(ballast, new Uint8Array(bytes));
      return;
    } catch {
      // So much there is not, any more.
    }
  }
}

/** Every fsync of the appliance takes its time. */
async function slow(plant: Plant): Promise<void> {
  const holdMs = between(plant, 500, 2_500);
  const delayUs = whole(plant, 20_000, 300_000);
  const command = [
    ...["strace", "-qq", "-f", "-p", String(plant.appliance().pid), "-e", "trace=fsync,fdatasync"],
    ...["-e", `inject=fsync,fdatasync:delay_exit=${delayUs}`],
  ];
  const tracing = Bun.spawn(command, { stdout: "ignore", stderr: "ignore", stdin: "ignore" });
  await Bun.sleep(holdMs);
  tracing.kill("SIGINT");
  await tracing.exited;
}
