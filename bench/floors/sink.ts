import { join } from "node:path";
import { z } from "zod";
import { frames } from "../../test/support/scale-line.ts";
import { until } from "../../test/support/until.ts";
import type { Contender } from "../contender.ts";
import { flood } from "../load/flood.ts";
import { scalesOf } from "../load/scales.ts";
import { startWatch, type Taken } from "../machine/stopwatch.ts";

const message = z.union([z.object({ port: z.number() }), z.object({ bytes: z.number() })]);

/** The load generator into a process that only counts: as long as this is far above the others, it limits none. */
export const sinkFloor: Contender = {
  name: "generator into a sink",
  missing: null,
  async run(world) {
    const scales = scalesOf(50);
    const framesEach = world.size(20_000, 20);
    const wanted = scales.reduce((sum, scale) => sum + frames(scale, 0, framesEach).length, 0);
    const port = Promise.withResolvers<number>();
    let bytes = 0;
    const child = Bun.spawn([process.execPath, join(import.meta.dir, "../load/sink.ts")], {
      stdio: ["ignore", "ignore", "inherit"],
      ipc(data) {
        const told = message.parse(data);
        if ("port" in told) port.resolve(told.port);
        else bytes = told.bytes;
      },
    });
    try {
      let taken: Taken = () => ({});
      await flood({ port: await port.promise, scales, framesEach }, () => {
        taken = startWatch(world, child.pid);
      });
      await until("the sink has it all", () => bytes === wanted);
      return { figures: { [this.name]: taken(scales.length * framesEach) }, faults: [] };
    } finally {
      child.kill("SIGKILL");
      await child.exited;
    }
  },
};
