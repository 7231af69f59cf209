import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";

const folder = resolve(import.meta.dir, "../../.github/workflows");
const step = z.object({ uses: z.string().optional(), run: z.string().optional() });
const workflow = z.object({
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(z.string(), z.object({ "timeout-minutes": z.number(), steps: z.array(step) })),
});
const workflows = readdirSync(folder).map((file) => {
  const text = readFileSync(join(folder, file), "utf8");
  return { file, text, ...workflow.parse(Bun.YAML.parse(text)) };
});
const steps = workflows.flatMap(({ jobs }) => Object.values(jobs).flatMap((job) => job.steps));

test("a workflow runs the gate", () => {
  expect(steps.map(({ run }) => run ?? "").filter((run) => run.includes(".ci/run"))).not.toEqual([]);
});

test("actions are pinned by commit, with their version beside it, and may only read", () => {
  for (const { uses } of steps) if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  for (const { file, text, permissions } of workflows) {
    for (const line of text.match(/uses: .*/g) ?? []) expect(line, file).toMatch(/ # v\d+\.\d+\.\d+$/);
    expect(Object.values(permissions), file).toEqual(["read"]);
  }
});
