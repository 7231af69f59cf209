/** What is mounted now: a test run that is ended half-way must not leave it behind. */
const mounted = new Set<string>();
process.on("exit", () => {
  for (const path of mounted) release(path);
});

/** Something mounted on a folder, until it is disposed of. */
export type Mounted = Disposable;

/** @returns null where this machine does not let us mount: that needs root, and in a container a permission. */
export function mountOn(path: string, ...what: readonly string[]): Mounted | null {
  const isMounted =
    Bun.which("mount") !== null &&
    Bun.spawnSync(["mount", ...what, path], { stdout: "ignore", stderr: "ignore" }).success;
  if (!isMounted) return null;
  mounted.add(path);
  return {
    [Symbol.dispose]() {
      mounted.delete(path);
      release(path);
    },
  };
}

/** A file system of its own, really full when it is full, in memory. */
export function mountMemory(path: string, megabytes: number): Mounted | null {
  return mountOn(path, "-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs");
}

function release(path: string): void {
  // Also where a program still has a file open there.
  Bun.spawnSync(["umount", "-l", path], { stdout: "ignore", stderr: "ignore" });
}
