import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { readAdminToken } from "../../config/admin-token.ts";
import type { Config } from "../../config/config.ts";
import { variables } from "../../config/variables.ts";
import { secretsOf, urlSecrets } from "../../logging/known-secrets.ts";
import type { Io } from "../io.ts";

/**
 * Every secret that this configuration knows, also one that cannot be used because of faults.
 *
 * @param config null where the configuration has faults.
 */
export function secretsIn(io: Pick<Io, "env" | "cwd">, config: Config | null): string[] {
  const found = variables.flatMap(({ name, secret, show }) => {
    const texts = [io.env[name] ?? "", fileText(io, io.env[`${name}_FILE`])];
    if (secret === true) return texts;
    // Of a URL only its secrets, unless it is one of which nothing may be shown.
    return show === undefined
      ? []
      : texts.flatMap((text) => (show(text) === null ? [text] : urlSecrets(text)));
  });
  if (config !== null) {
    found.push(...secretsOf(config), generatedToken(config.dataDir));
  }
  return found;
}

function generatedToken(dataDir: string): string {
  try {
    return readAdminToken(dataDir) ?? "";
  } catch {
    // Damaged, so it opens nothing.
    return "";
  }
}

function fileText({ cwd }: Pick<Io, "cwd">, path: string | undefined): string {
  try {
    return path ? readFileSync(resolve(cwd, path), "utf8") : "";
  } catch {
    return "";
  }
}
