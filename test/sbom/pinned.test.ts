import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { pinned } from "../../deploy/sbom/pinned.ts";

const read = (file: string) => readFileSync(join(import.meta.dir, "../..", file), "utf8");
const digest = `sha256:${"a".repeat(64)}`;
const servicesOf = (text: string) =>
  z
    .object({
      services: z.record(
        z.string(),
        z.object({
          image: z.string().optional(),
          build: z.object({ args: z.record(z.string(), z.string()) }).optional(),
        }),
      ),
    })
    .parse(Bun.YAML.parse(text)).services;

test("every image that is pulled or built upon has its digest behind its name", () => {
  for (const file of ["compose.yaml", "deploy/compose.tls.yaml"]) {
    const all = Object.keys(
      z.object({ services: z.looseObject({}) }).parse(Bun.YAML.parse(read(file))).services,
    );
    const made = servicesOf(
      pinned({
        compose: read(file),
        dockerfile: read("Dockerfile"),
        withDigest: (image) => `${image}@${digest}`,
      }),
    );
    for (const name of all.filter((each) => file === "compose.yaml" || each === "caddy")) {
      const images = [made[name]?.image ?? [], Object.values(made[name]?.build?.args ?? {})].flat();
      expect(images.length, name).toBeGreaterThan(0);
      for (const image of images) expect(image).toMatch(/^[\w./-]+:[\w.-]+@sha256:a{64}$/);
    }
  }
});

test("every FROM of the Dockerfile is a stage or an argument that can be pinned", () => {
  const dockerfile = read("Dockerfile");
  const stages = [...dockerfile.matchAll(/^FROM \S+ AS (\w+)$/gm)].map(([, name]) => name);
  for (const [, from = ""] of dockerfile.matchAll(/^FROM (\S+)/gm)) {
    const argument = /^\$\{(\w+_IMAGE)\}$/.exec(from)?.[1];
    expect(stages.includes(from) || dockerfile.includes(`ARG ${argument}=`), from).toBe(true);
  }
});
