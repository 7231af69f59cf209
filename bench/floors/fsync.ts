import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Contender } from "../contender.ts";

/** What one frame takes in the journal, about. */
const bytes = Buffer.alloc(150, "x");

/** Appends and forces each to the disk, one after the other: commits a second that any journal is bound by. */
export const fsyncFloor: Contender = {
  name: "fsync, one at a time",
  missing: null,
  async run(world) {
    const fd = openSync(join(world.folder, "fsync"), "a");
    try {
      const began = performance.now();
      const limitMs = world.size(3_000, 50);
      let commits = 0;
      while (performance.now() - began < limitMs) {
        writeSync(fd, bytes);
        fsyncSync(fd);
        commits++;
      }
      return {
        figures: { [this.name]: { "bags/s": (commits / (performance.now() - began)) * 1000 } },
        faults: [],
      };
    } finally {
      closeSync(fd);
    }
  },
};
