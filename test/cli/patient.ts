import { join } from "node:path";
import { z } from "zod";
import { type Appliance, roleTokens, startAppliance } from "../support/appliance.ts";
import { freePort } from "../support/free-port.ts";
import { prepuff } from "./captured.ts";

const reportSchema = z.object({
  ok: z.boolean(),
  checks: z.array(
    z.object({ name: z.string(), state: z.string(), detail: z.string(), remedy: z.string().nullable() }),
  ),
});

/** A plant's appliance, and the doctor with the same configuration. */
export interface Patient {
  readonly env: Record<string, string>;
  readonly scalePort: number;
  start(): Promise<Appliance>;
  /** What `prepuff doctor --json` says; `changes` are variables that it has and the appliance has not. */
  examine(changes?: Readonly<Record<string, string>>): Promise<Examination>;
}

export interface Examination {
  readonly code: number;
  /** `failed: what it found`, by the line's name. */
  readonly lines: ReadonlyMap<string, string>;
  readonly failed: readonly string[];
  /** What to do, by the line's name, where something is said. */
  readonly remedies: ReadonlyMap<string, string>;
  /** Failed lines that do not say what to do. */
  readonly withoutRemedy: readonly string[];
}

export function createPatient(
  folder: string,
  databaseUrl: string,
  more: Readonly<Record<string, string>> = {},
): Patient {
  const [scalePort, httpPort] = [freePort(), freePort()];
  const dataDir = join(folder, "data");
  const env = {
    DATABASE_URL: databaseUrl,
    PREPUFF_DATA_DIR: dataDir,
    PREPUFF_SCALE_HOST: "127.0.0.1",
    PREPUFF_SCALE_PORT: String(scalePort),
    PREPUFF_HTTP_PORT: String(httpPort),
    PREPUFF_ADMIN_TOKEN: roleTokens.admin,
    ...more,
  };
  return {
    env,
    scalePort,
    start: () => startAppliance({ dataDir, databaseUrl, env }),
    async examine(changes = {}) {
      const { code, out } = await prepuff(["doctor", "--json"], { env: { ...env, ...changes }, cwd: folder });
      const { checks } = reportSchema.parse(JSON.parse(out));
      const failed = checks.filter(({ state }) => state === "failed");
      return {
        code,
        lines: new Map(checks.map(({ name, state, detail }) => [name, `${state}: ${detail}`])),
        failed: failed.map(({ name }) => name),
        remedies: new Map(checks.flatMap(({ name, remedy }) => (remedy === null ? [] : [[name, remedy]]))),
        withoutRemedy: failed.filter(({ remedy }) => !remedy).map(({ name }) => name),
      };
    },
  };
}
