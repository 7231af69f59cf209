// bun run pin: asks the registries which images the tags mean today, and writes compose.pinned.yaml (and deploy/compose.tls.pinned.yaml)
// with their digests. Then: docker compose -f compose.yaml -f compose.pinned.yaml up -d --build
import { readFileSync, writeFileSync } from "node:fs";
import { pinned } from "./pinned.ts";

const dockerfile = readFileSync("Dockerfile", "utf8");
const known = new Map<string, string>();

/** `image:tag@sha256:…`. @throws what Docker says, where the registry is not reached or knows no such image */
function withDigest(image: string): string {
  const found = known.get(image) ?? ask(image);
  known.set(image, found);
  return found;
}

function ask(image: string): string {
  const command = ["docker", "buildx", "imagetools", "inspect", image, "--format", "{{.Manifest.Digest}}"];
  const { stdout, stderr, success } = Bun.spawnSync(command, { timeout: 60_000 });
  const digest = stdout.toString().trim();
  if (!success || !/^sha256:[0-9a-f]{64}$/.test(digest)) {
    throw new Error(
      `${image} has no digest: ${stderr.toString().trim() || digest || "no answer within 60 s"}`,
    );
  }
  return `${image}@${digest}`;
}

try {
  for (const [from, to] of [
    ["compose.yaml", "compose.pinned.yaml"],
    ["deploy/compose.tls.yaml", "deploy/compose.tls.pinned.yaml"],
  ] as const) {
    writeFileSync(to, pinned({ compose: readFileSync(from, "utf8"), dockerfile, withDigest }));
    process.stdout.write(`${to} written\n`);
  }
  for (const image of known.values()) process.stdout.write(`  ${image}\n`);
} catch (error) {
  process.stderr.write(`pin: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
