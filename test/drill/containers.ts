import { z } from "zod";
import { run, type Stack } from "./stack.ts";

const oneShots = ["secrets", "database-roles"];

/** What Docker knows of the containers of a stack, by service. */
export async function inspect(stack: Stack): Promise<Map<string, Container>> {
  const ids = (await stack.compose("ps", "--all", "--quiet")).trim().split("\n");
  const containers = z.array(containerShape).parse(JSON.parse(await run(["docker", "inspect", ...ids])));
  return new Map(
    containers.map((container) => [container.Config.Labels["com.docker.compose.service"], container]),
  );
}

export function isOneShot(service: string): boolean {
  return oneShots.includes(service);
}

const containerShape = z.object({
  Config: z.object({
    User: z.string(),
    Labels: z.looseObject({ "com.docker.compose.service": z.string() }),
  }),
  HostConfig: z.object({
    ReadonlyRootfs: z.boolean(),
    CapDrop: z.array(z.string()).nullable(),
    CapAdd: z.array(z.string()).nullable(),
    SecurityOpt: z.array(z.string()).nullable(),
    Memory: z.number(),
    PidsLimit: z.number().nullable(),
    RestartPolicy: z.object({ Name: z.string() }),
    LogConfig: z.object({ Config: z.record(z.string(), z.string()) }),
  }),
  NetworkSettings: z.object({
    Ports: z.record(z.string(), z.array(z.object({ HostIp: z.string(), HostPort: z.string() })).nullable()),
  }),
  State: z.object({ Status: z.string(), ExitCode: z.number() }),
});
export type Container = z.output<typeof containerShape>;
