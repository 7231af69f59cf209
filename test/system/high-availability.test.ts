import { expect, test } from "bun:test";
import { missingPrograms } from "../support/high-availability/machines.ts";

const campaign = Bun.fileURLToPath(new URL("../campaigns/high-availability.ts", import.meta.url));

test.skipIf(missingPrograms().length > 0)(
  "with Patroni, etcd and HAProxy as they are set up, nothing is lost or doubled when PostgreSQL is killed or switched over",
  async () => {
    const binary = process.env.APPLIANCE_BINARY ?? "";
    const child = Bun.spawn(
      [
        ...[process.execPath, campaign, "--cycles", "2", "--postgres-killed", "--switch-over"],
        ...["--scales", "2", "--patience", "6", ...(binary === "" ? [] : ["--binary", binary])],
      ],
      { stdout: "pipe", stderr: "inherit" },
    );
    const said = await new Response(child.stdout).text();
    expect(said).toMatch(/receipt: high-availability: cycles 2, seed 1, mismatches 0\n$/);
    expect(await child.exited).toBe(0);
  },
  300_000,
);
