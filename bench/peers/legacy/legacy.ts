import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Sql } from "../../../src/database/database.ts";
import { success } from "../../../test/support/fake-upstream.ts";
import { freePort } from "../../../test/support/free-port.ts";
import { connectScale, frames, type ScaleLine } from "../../../test/support/scale-line.ts";
import { untilAccepted } from "../../../test/support/scale-port.ts";
import { type Contender, onNewDatabase } from "../../contender.ts";
import { scalesOf } from "../../load/scales.ts";
import { startWatch } from "../../machine/stopwatch.ts";
import { runProgram, versionOf } from "../peer.ts";

const name = "legacy Python server";
const python = Bun.which("python3");
const answerLimitMs = 10_000;
const hasRequests =
  python !== null && Bun.spawnSync([python, "-c", "import requests"], { stderr: "ignore" }).exitCode === 0;

/**
 * The server that is being replaced, in front of an API that stores each bag with one insert. It takes 16 bytes for a
 * frame: a scale that sends a second one before the first is answered kills its connection. So each scale here waits for
 * its bag to be stored before it prints the next, which no scale does.
 */
export const legacyServer: Contender = {
  name,
  missing: hasRequests ? null : "python3 with requests",
  guarantees: {
    [name]: {
      "a power cut loses": "the frame at hand, in memory",
      "each frame": "at most once; two that come together end the connection",
      "order of a scale": "kept",
      judged: "by the API behind it",
    },
  },
  version: () => `on Python ${versionOf(python ?? "python3", "--version")}`,
  run: (world) =>
    onNewDatabase(world, async ({ sql }) => {
      await sql`create table bag (received_at timestamptz not null default now(), scale_id integer, weight numeric)`;
      const scales = scalesOf(50);
      const framesEach = world.size(40, 2);
      const api = startApi(sql);
      const port = freePort();
      const settings = join(world.folder, "legacy.json");
      const { url: site_url } = api;
      const toApi = { site_url, controller: "/api/prepuff", function: "scan_bag", api_key: "secret" };
      writeFileSync(settings, JSON.stringify({ host: "127.0.0.1", port, station: "Station 1", ...toApi }));
      const program = join(import.meta.dir, "main.py");
      try {
        await using server = await runProgram(world, [python ?? "python3", program, settings]);
        await untilAccepted(port, 10_000);
        const lines = await Promise.all(scales.map(() => connectScale(port)));
        const taken = startWatch(world, server.pid);
        await Promise.all(lines.map((line, index) => printOneByOne(line, index + 1, framesEach, api)));
        for (const line of lines) line[Symbol.dispose]();
        const [row] = await sql<{ bags: number }[]>`select count(*) as bags from bag`;
        return { figures: { [name]: taken(row?.bags ?? 0) }, faults: [] };
      } finally {
        await api.stop();
      }
    }),
};

interface Api {
  readonly url: string;
  /** Resolves when the next bag of a scale is stored. */
  nextOf(scale: number): Promise<void>;
  stop(): Promise<void>;
}

function startApi(sql: Sql): Api {
  const waiting = new Map<number, () => void>();
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const form = new URLSearchParams(await request.text());
      const scale = Number(form.get("scale"));
      await sql`insert into bag (scale_id, weight) values (${scale}, ${form.get("weight")})`;
      // The server reads on only when it has the answer.
      setImmediate(() => waiting.get(scale)?.());
      return success();
    },
  });
  return {
    url: server.url.origin,
    nextOf: (scale) => new Promise((resolve) => waiting.set(scale, resolve)),
    stop: () => server.stop(true),
  };
}

async function printOneByOne(line: ScaleLine, scale: number, count: number, api: Api): Promise<void> {
  for (let nth = 0; nth < count; nth++) {
    const stored = api.nextOf(scale);
    await line.send(frames(scale, nth, 1));
    await Promise.race([stored, Bun.sleep(answerLimitMs)]);
    if (!line.isOpen) throw new Error("the legacy server hung up");
  }
}
