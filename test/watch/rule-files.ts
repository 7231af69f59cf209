import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { YAML } from "bun";
import { z } from "zod";

export const prometheusFolder = resolve(import.meta.dir, "../../deploy/prometheus");

const annotations = z.strictObject({ summary: z.string(), description: z.string(), runbook_url: z.string() });
const alertShape = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z.string().optional(),
  keep_firing_for: z.string().optional(),
  labels: z.strictObject({ severity: z.enum(["critical", "warning"]) }),
  annotations,
});
const recordShape = z.strictObject({ record: z.string(), expr: z.string() });
const ruleFile = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), rules: z.array(z.union([alertShape, recordShape])) })),
});

export type AlertRule = z.output<typeof alertShape>;
export type RecordingRule = z.output<typeof recordShape>;

/** Paths of the YAML files in a folder of `deploy/prometheus/`. */
export function yamlFiles(folder: "rules" | "tests"): string[] {
  const path = join(prometheusFolder, folder);
  return readdirSync(path)
    .filter((name) => name.endsWith(".yml"))
    .map((name) => join(path, name));
}

/** Every rule of the files; what an alert lacks or has too much is a fault. */
export async function readRules(): Promise<{ alerts: AlertRule[]; recordings: RecordingRule[] }> {
  const files = await Promise.all(yamlFiles("rules").map((path) => Bun.file(path).text()));
  const rules = files.flatMap((text) =>
    ruleFile.parse(YAML.parse(text)).groups.flatMap((group) => group.rules),
  );
  return {
    alerts: rules.filter((rule) => "alert" in rule),
    recordings: rules.filter((rule) => "record" in rule),
  };
}
