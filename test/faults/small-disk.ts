import { chmodSync, mkdirSync, rmSync, statfsSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mountOn } from "../support/mounted.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { findTool } from "../support/tool.ts";

/** A disk of its own that can be filled up. */
export interface SmallDisk extends Disposable {
  /** An empty folder on it, for one program's data; its owner removes what is in it. */
  readonly folder: Disposable & { readonly path: string };
  /** Takes every byte that is free. */
  fill(): void;
  /** Gives them back. */
  free(): void;
}

/** @returns null where this machine does not let us mount one. */
export function makeSmallDisk(megabytes: number): SmallDisk | null {
  if (process.platform !== "linux" || process.getuid?.() !== 0 || findTool("mkfs.ext4") === null) return null;
  const place = tempFolder();
  const [image, mount] = [join(place.path, "image"), join(place.path, "disk")];
  mkdirSync(mount);
  writeFileSync(image, "");
  // Sparse: room that nobody writes to costs nothing, also when it is filled.
  truncateSync(image, megabytes * 1_000_000);
  const isMade = attempt("mkfs.ext4", "-q", "-F", "-m", "0", "-O", "^has_journal", image);
  const mounted = isMade ? mountOn(mount, "-o", "loop", image) : null;
  if (mounted === null) {
    place[Symbol.dispose]();
    return null;
  }
  chmodSync(place.path, 0o755);
  const path = join(mount, "data");
  mkdirSync(path);
  const filler = join(mount, "filler");
  let fillers = 0;

  return {
    folder: { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) },
    fill() {
      for (let free = freeBytes(mount); free > 0; free = freeBytes(mount)) {
        // The last blocks go to the file system's own records.
        if (!attempt("fallocate", "-l", String(free), `${filler}-${fillers++}`) && free < 1_000_000) return;
      }
    },
    free() {
      for (; fillers > 0; fillers--) rmSync(`${filler}-${fillers - 1}`, { force: true });
    },
    [Symbol.dispose]() {
      mounted[Symbol.dispose]();
      place[Symbol.dispose]();
    },
  };
}

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

function attempt(...command: string[]): boolean {
  return Bun.spawnSync(command, { stdout: "ignore", stderr: "ignore" }).success;
}
