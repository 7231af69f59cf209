import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Takes all room of a file system. @returns the file that holds it */
export function fillUp(path: string): string {
  const ballast = join(path, "ballast");
  const file = openSync(ballast, "w");
  // The last byte counts: others write meanwhile, and a disk that is full but for a little is not full.
  for (const bytes of [1 << 20, 1 << 12]) {
    const chunk = new Uint8Array(bytes);
    try {
      for (;;) writeSync(file, chunk);
    } catch {
      // So much there is no more.
    }
  }
  closeSync(file);
  return ballast;
}
