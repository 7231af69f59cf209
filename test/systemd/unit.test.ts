import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { tempFolder } from "../support/temp-folder.ts";
import { findTool } from "../support/tool.ts";

const analyze = findTool("systemd-analyze");
const unit = resolve(import.meta.dir, "../../deploy/systemd/prepuff.service");
/** Of 0 (locked up) to 10; what a service without any setting has is 9.6. */
const exposureMax = 2;

async function ran(...args: readonly string[]): Promise<{ code: number; said: string }> {
  const child = Bun.spawn([analyze ?? "", ...args], { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [code, out, err] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code, said: out + err };
}

describe.skipIf(analyze === null)("the systemd unit", () => {
  test("has no mistake that systemd finds", async () => {
    using folder = tempFolder();
    const copy = join(folder.path, "prepuff.service");
    // The program is not installed on a machine that tests.
    writeFileSync(copy, readFileSync(unit, "utf8").replace("/usr/local/bin/prepuff", process.execPath));
    const { code, said } = await ran("verify", "--man=no", "--recursive-errors=no", copy);
    expect({ code, said: said.split("\n").filter((line) => line.includes("prepuff.service")) }).toEqual({
      code: 0,
      said: [],
    });
  });

  test("leaves the process little that it could be misused for", async () => {
    const { code, said } = await ran(
      "security",
      "--offline=true",
      "--no-pager",
      `--threshold=${exposureMax * 10}`,
      unit,
    );
    expect(code, said).toBe(0);
  });
});
