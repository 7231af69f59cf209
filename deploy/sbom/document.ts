import packageJson from "../../package.json" with { type: "json" };
import type { DebianPart } from "./base-image.ts";
import type { Part } from "./bundled.ts";

/** What goes into the bill of materials. */
export interface Contents {
  readonly packages: readonly Part[];
  readonly bun: Part;
  /** Empty where the base image was not looked at: a binary without a container has none. */
  readonly debian: readonly DebianPart[];
}

const self = `pkg:generic/prepuff@${packageJson.version}`;

/** CycloneDX 1.6. The same contents give the same document: it has no time and no random number in it. */
export function cycloneDx({ packages, bun, debian }: Contents) {
  const components = [
    ...packages.map((part) => ({ ...component("library", npmUrl(part), part) })),
    component("platform", `pkg:github/oven-sh/bun@bun-v${bun.version}`, bun),
    ...debian.map(({ name, version, architecture }) => {
      const purl = `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}`;
      return { type: "library", "bom-ref": purl, name, version, purl };
    }),
  ];
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: {
        type: "application",
        "bom-ref": self,
        name: packageJson.name,
        version: packageJson.version,
        description: packageJson.description,
        purl: self,
      },
    },
    components,
    dependencies: [{ ref: self, dependsOn: components.map((each) => each["bom-ref"]) }],
  };
}

function component(
  type: "library" | "platform",
  purl: string,
  { name, version, licence, text, sha512 }: Part,
) {
  const isExpression = /[ ()]/.test(licence);
  return {
    type,
    "bom-ref": purl,
    name,
    version,
    purl,
    ...(sha512 !== null && { hashes: [{ alg: "SHA-512", content: sha512 }] }),
    licenses: isExpression
      ? [{ expression: licence }]
      : [{ license: { id: licence, text: { contentType: "text/plain", content: text } } }],
  };
}

function npmUrl({ name, version }: Part): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

/** All licences in one text, for people. */
export function licences({ packages, bun, debian }: Contents): string {
  const parts = [bun, ...packages].map(
    ({ name, version, licence, text }) => `${"=".repeat(79)}\n${name} ${version} (${licence})\n\n${text}\n`,
  );
  const base = debian.map(({ name, version }) => `${name} ${version}: /usr/share/doc/${name}/copyright\n`);
  const ofBase =
    base.length === 0 ? "" : `${"=".repeat(79)}\nDebian packages of the image\n\n${base.join("")}`;
  return `What is shipped with Pre-Puff ${packageJson.version}, and its licences.\n\n${parts.join("\n")}\n${ofBase}`;
}
