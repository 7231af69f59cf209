import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A Debian package of the base image. Its licence lies in the image: /usr/share/doc/NAME/copyright. */
export interface DebianPart {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
}

/** Reads what a distroless image says of itself: a file a package in /var/lib/dpkg/status.d. Another one says nothing. */
export function debianPackages(folder: string): DebianPart[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => !file.endsWith(".md5sums"))
    .map((file) => readStatus(readFileSync(join(folder, file), "utf8")))
    .filter((part) => part !== null)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readStatus(text: string): DebianPart | null {
  const field = (name: string) => new RegExp(`^${name}: *(.+)$`, "m").exec(text)?.[1]?.trim();
  const [name, version, architecture] = [field("Package"), field("Version"), field("Architecture")];
  return name === undefined || version === undefined
    ? null
    : { name, version, architecture: architecture ?? "all" };
}
