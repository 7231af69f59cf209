import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Contender, onNewDatabase } from "../contender.ts";
import { cpu } from "../machine/stopwatch.ts";
import { versionOf } from "../peers/peer.ts";

const program = Bun.which("pgbench");

/** Rows of a bare table, each in a commit of its own, from 64 clients at once: commits share an fsync where they meet. */
export const pgbenchFloor: Contender = {
  name: "pgbench, a commit a row",
  missing: program === null ? "pgbench" : null,
  version: () => versionOf(program ?? "pgbench", "--version"),
  run: (world) =>
    onNewDatabase(world, async ({ url, sql }) => {
      await sql`create table bag (received_at timestamptz not null default now(), scale_id integer, weight numeric)`;
      const script = join(world.folder, "pgbench.sql");
      writeFileSync(script, "insert into bag (scale_id, weight) values (1, 50.20);\n");
      const commitsEach = world.size("2500", "5");
      const before = world.postgres.cpuSeconds();
      const child = Bun.spawn(
        [program ?? "pgbench", "-n", "-c", "64", "-j", "2", "-t", commitsEach, "-f", script, url],
        { stdin: "ignore", stdout: "pipe", stderr: "pipe" },
      );
      const [output, complaint] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
      ]);
      const rate = Number(/^tps = ([\d.]+)/m.exec(output)?.[1]);
      if (Number.isNaN(rate)) throw new Error(`pgbench says no rate: ${output} ${complaint}`);
      const [row] = await sql<{ rows: number }[]>`select count(*) as rows from bag`;
      const each = ((world.postgres.cpuSeconds() - before) * 1e6) / (row?.rows ?? 0);
      return {
        figures: {
          "pgbench, a commit a row": { "bags/s": rate, [cpu.postgres]: each, [cpu.inAll]: each },
        },
        faults: [],
      };
    }),
};
