import { z } from "zod";

const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.looseObject({ image: z.string().optional(), build: z.unknown().optional() }),
  ),
});

/**
 * The override of a Compose file in which every image has its digest: what is pulled by its name, what is built by the
 * arguments of its Dockerfile that name images.
 */
export function pinned(parts: {
  readonly compose: string;
  readonly dockerfile: string;
  readonly withDigest: (image: string) => string;
}): string {
  const { compose, dockerfile, withDigest } = parts;
  const { services } = composeSchema.parse(Bun.YAML.parse(compose));
  const args = Object.fromEntries(
    [...dockerfile.matchAll(/^ARG (\w+_IMAGE)=(\S+)$/gm)].map(([, name = "", image = ""]) => [
      name,
      withDigest(image),
    ]),
  );
  const overrides: Record<string, { image: string } | { build: { args: Record<string, string> } }> = {};
  for (const [name, { image, build }] of Object.entries(services)) {
    if (build !== undefined) overrides[name] = { build: { args } };
    // A name with a variable in it is somebody's own choice.
    else if (image !== undefined && !image.includes("$")) overrides[name] = { image: withDigest(image) };
  }
  const header = "# Made by bun run pin. To be named behind the file that it belongs to.\n";
  return `${header}${Bun.YAML.stringify({ services: overrides }, null, 2)}\n`;
}
