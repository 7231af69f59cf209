import type { Role } from "../../../src/config/config.ts";
import { type Appliance, roleTokens, startAppliance } from "../appliance.ts";
import { startFakeUpstream } from "../fake-upstream.ts";
import { startJob } from "../outside.ts";
import { connectScale, frames } from "../scale-line.ts";

export const fuzzTokens: Readonly<Record<Role, string>> = {
  ...roleTokens,
  metrics: "metrics-token-of-the-fuzzing",
};

export interface FuzzedAppliance extends AsyncDisposable {
  readonly appliance: Appliance;
  readonly base: string;
}

/** The real appliance with something of everything in it: jobs, bags, rejected frames, parked deliveries, a scale. */
export async function startFuzzedAppliance(dataDir: string, databaseUrl: string): Promise<FuzzedAppliance> {
  await using stack = new AsyncDisposableStack();
  const upstream = startFakeUpstream(() => Response.json({ success: false, error: "no" }, { status: 422 }));
  stack.defer(() => upstream.stop());
  const appliance = stack.use(
    await startAppliance({
      dataDir,
      databaseUrl,
      env: {
        PREPUFF_METRICS_TOKEN: fuzzTokens.metrics,
        PREPUFF_UPSTREAM_URL: upstream.url,
        PREPUFF_UPSTREAM_TOKEN: "upstream-token-of-the-fuzzing",
      },
    }),
  );
  await appliance.ready();
  await startJob(appliance, { quantity: 20 });
  const line = stack.use(await connectScale(appliance.scalePort));
  await line.send(`${frames(1, 0, 10)}=cmd|' /C calc'!A0\r\n\x1b[31mred\x00\xff\r\n7,-1 lb\r\n8,1 stone\r\n`);
  const { port } = await appliance.line("HTTP port open");
  const owned = stack.move();
  return {
    appliance,
    base: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** What is wrong with the log after all that: lines that are no JSON of ours, faults, secrets. */
export function logFaults(appliance: Appliance): string[] {
  // The last line may be half written.
  const lines = appliance.output().split("\n").slice(0, -1);
  const strange = lines.filter((line) => line !== "" && !isJson(line));
  const faults = appliance.log().filter(({ level }) => level === "error" || level === "fatal");
  const secrets = Object.values(fuzzTokens).filter((token) => appliance.output().includes(token));
  return [
    ...strange.map((line) => `the log has a line that is none of the appliance's: ${line.slice(0, 500)}`),
    ...faults.map((line) => `the log has a fault: ${JSON.stringify(line).slice(0, 500)}`),
    ...secrets.map(() => "the log has a token in it"),
  ];
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
