import { expect, test } from "bun:test";
import { z } from "zod";
import { inspect, isOneShot } from "../containers.ts";
import { image } from "../images.ts";
import type { Drill } from "../setting.ts";
import { run, services } from "../stack.ts";

const imageBytesMax = 150_000_000;

/** From nothing to everything, and how it is locked down. */
export function boxSteps({ stack, figures }: Drill): void {
  test("the image is small, has no shell, and does not run as root", async () => {
    await stack.compose("build", "--quiet", "prepuff");
    const [made] = imagesShape.parse(JSON.parse(await run(["docker", "image", "inspect", image])));
    figures.push(`image: ${Math.round((made?.Size ?? 0) / 1e6)} MB`);
    expect(made?.Size).toBeLessThanOrEqual(imageBytesMax);
    expect(made?.Config.User).toBe("65532:65532");
    expect(made?.Config.Labels).toMatchObject({ "org.opencontainers.image.title": "Pre-Puff" });
    const shell = run(["docker", "run", "--rm", "--entrypoint", "sh", image, "-c", "true"]);
    await expect(shell).rejects.toThrow("sh");
    expect(await run(["docker", "run", "--rm", image, "--version"])).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test("one command brings everything up from nothing", async () => {
    const seconds = await stack.up();
    figures.push(`from \`up\` to healthy, images at hand: ${seconds.toFixed(1)} s`);
    const containers = await inspect(stack);
    expect([...containers.keys()].sort()).toEqual([...services, "secrets", "database-roles"].sort());
    for (const [service, { State }] of containers) {
      const Status = isOneShot(service) ? "exited" : "running";
      expect({ service, ...State }).toEqual({ service, Status, ExitCode: 0 });
    }
  });

  test("each container is locked down", async () => {
    for (const [service, { Config, HostConfig }] of await inspect(stack)) {
      expect({ service, ...HostConfig }).toMatchObject({
        service,
        ReadonlyRootfs: true,
        CapDrop: ["ALL"],
        CapAdd: null,
        SecurityOpt: ["no-new-privileges:true"],
        RestartPolicy: { Name: isOneShot(service) ? "no" : "unless-stopped" },
        LogConfig: { Config: { "max-size": "10m", "max-file": "5" } },
      });
      expect(HostConfig.Memory).toBeGreaterThan(0);
      expect(HostConfig.PidsLimit).toBeGreaterThan(0);
      expect(["", "root", "0"]).not.toContain(Config.User);
    }
  });

  test("only the scales' port is published to everybody; everything else to this machine alone", async () => {
    const config = await run(
      "docker compose --file compose.yaml --env-file /dev/null config --format json".split(" "),
    );
    const published = Object.values(configShape.parse(JSON.parse(config)).services)
      .flatMap(({ ports = [] }) => ports.map(({ target, host_ip = "everywhere" }) => `${target} ${host_ip}`))
      .sort();
    expect(published).toEqual([
      "10001 everywhere",
      "3000 127.0.0.1",
      "8080 127.0.0.1",
      "9090 127.0.0.1",
      "9093 127.0.0.1",
    ]);
  });

  test("the secrets were made by themselves, and a command shows what people need", async () => {
    const shown = await stack.compose("run", "--rm", "--no-deps", "secrets", "show");
    const [token = "", password = ""] = shown.split("\n").map((line) => line.split(/\s+/).at(-1) ?? "");
    expect((await stack.api("/api/tokens", { token })).status).toBe(200);
    expect((await stack.api("/api/tokens", { token: password })).status).toBe(401);
    const logs = await stack.compose("logs");
    expect(logs).not.toContain(token);
    expect(logs).not.toContain(password);
  });
}

const imagesShape = z.array(
  z.object({
    Size: z.number(),
    Config: z.object({ User: z.string(), Labels: z.record(z.string(), z.string()) }),
  }),
);
const configShape = z.object({
  services: z.record(
    z.string(),
    z.object({
      ports: z.array(z.object({ target: z.number(), host_ip: z.string().optional() })).optional(),
    }),
  ),
});
