import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { tempFolder } from "../support/temp-folder.ts";
import { findTool } from "../support/tool.ts";
import { until } from "../support/until.ts";

const python = findTool("python3");
const source = (name: string) => JSON.stringify(join(import.meta.dir, "../../src/logging", name));
/** Says 5 MB at once, far more than is kept, then waits to be told that it is written again. */
const talker = `
  import { createLineQueue } from ${source("line-queue.ts")};
  import { openStandardOutlet } from ${source("outlets.ts")};
  let lost = 0;
  const recovered = Promise.withResolvers();
  const queue = createLineQueue({
    outlet: openStandardOutlet(1),
    onLost: () => lost++,
    onRecovery: recovered.resolve,
  });
  const began = performance.now();
  for (let n = 0; n < 50_000; n++) queue.write(String(n).padStart(99, "0") + "\\n");
  const tookMs = performance.now() - began;
  if (tookMs > 5_000) throw new Error("writing took " + tookMs + " ms");
  if (lost === 0) throw new Error("nothing was lost");
  // Ready to be read.
  process.stderr.write("said\\n");
  const linesLost = await recovered.promise;
  queue.write("lost " + linesLost + " of " + lost + "\\n");
  await queue.flush(5_000);
`;

test.skipIf(python === null).each(["pipe", "socket", "terminal"])(
  "a full %s: nothing waits, what is beyond the bound is lost and counted, the rest comes whole",
  async (kind) => {
    using folder = tempFolder();
    const file = join(folder.path, "read");
    const held = join(import.meta.dir, "../support/hold-output.py");
    const child = Bun.spawn([python ?? "", held, kind, file, process.execPath, "-e", talker], {
      stdin: "pipe",
      stdout: "inherit",
      stderr: "pipe",
    });
    await child.stderr.getReader().read();
    child.stdin.write("read\n");
    child.stdin.flush();
    expect(await child.exited).toBe(0);
    const text = () => (existsSync(file) ? readFileSync(file, "utf8").replaceAll("\r", "") : "");
    await until("all is read", () => /lost \d+ of \d+\n$/.test(text()));
    const lines = text().trimEnd().split("\n");
    const numbers = lines.filter((line) => /^\d{99}$/.test(line)).map(Number);
    const [, linesLost, lost] = /^lost (\d+) of (\d+)$/.exec(lines.at(-1) ?? "") ?? [];
    expect(linesLost).toBe(lost ?? "");
    expect(numbers).toEqual(Array.from({ length: 50_000 - Number(lost) }, (_, n) => n));
  },
  60_000,
);
