import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { cycloneDx } from "../deploy/sbom/document.ts";
import packageJson from "../package.json" with { type: "json" };
import { testApp } from "./support/http.ts";

const root = resolve(import.meta.dir, "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const { version, engines } = packageJson;

test("API, metrics and the bill of materials say the version of package.json", async () => {
  const app = await testApp();
  try {
    const document = await (await app.request("GET", "/openapi/json", { token: null })).json();
    expect(document).toMatchObject({ info: { version } });
    const metrics = await app.parts.metrics.registry.metrics();
    expect(metrics).toContain(`prepuff_build_info{version="${version}",bun="${engines.bun}"} 1`);
  } finally {
    await app.stop();
  }
  const bun = { name: "bun", version: engines.bun, licence: "MIT", text: "", sha512: null };
  const bom = cycloneDx({ packages: [], bun, debian: [] });
  expect(bom.metadata.component.version).toBe(version);
});

test("what cannot read package.json names the same version: image, compose, .env, the API's examples", () => {
  const named = (file: string, pattern: RegExp) =>
    [...read(file).matchAll(pattern)].map(([, found = ""]) => found);
  const places = [
    named("Dockerfile", /^ARG VERSION=(\S+)$/gm),
    named("compose.yaml", /prepuff:(\d[\d.]+\d)/g),
    named(".env.example", /prepuff:(\d[\d.]+\d)/g),
    named("src/http/openapi/openapi-answers.json", /"version": "([^"]+)"/g),
  ];
  for (const found of places) expect(new Set(found)).toEqual(new Set([version]));
  expect(read("Dockerfile")).toContain(`org.opencontainers.image.version="\${VERSION}"`);
});

test("the changelog begins with what is not released or with this version, and has an entry for it", () => {
  const entries = z
    .array(z.string())
    .parse([...read("CHANGELOG.md").matchAll(/^## \[([^\]]+)\]/gm)].map(([, name]) => name));
  expect(["Unreleased", version]).toContain(entries[0] ?? "");
  expect(entries).toContain(version);
});
