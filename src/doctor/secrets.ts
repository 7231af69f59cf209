import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Io } from "../cli/io.ts";
import { readAdminToken } from "../config/admin-token.ts";
import type { Config } from "../config/config.ts";
import { splitDatabaseUrl } from "../config/mask.ts";
import { variables } from "../config/variables.ts";
import { redactText } from "../observability/redact.ts";

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
    const { tokens, upstream, databaseUrl, dataDir } = config;
    found.push(...Object.values(tokens), upstream?.token ?? "", generatedToken(dataDir));
    found.push(...urlSecrets(databaseUrl ?? ""), ...urlSecrets(upstream?.url ?? ""));
  }
  // What is shorter is no secret of ours, and would tear holes into the rest.
  return [...new Set(found.map((text) => text.trim()))].filter((text) => text.length >= 4);
}

/** Password and query values of a URL, as they stand there and decoded. */
function urlSecrets(text: string): string[] {
  if (!text.includes("://")) return [];
  const password = splitDatabaseUrl(text)?.password ?? (URL.canParse(text) ? new URL(text).password : "");
  const values = [...new URLSearchParams(text.split("?")[1] ?? "").values()].filter(
    (value) => value.length >= 8,
  );
  return [password, decoded(password), ...values];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
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

/** Makes the function that takes these secrets out of a text, however they are written there. */
export function createCleaner(secrets: readonly string[]): (text: string) => string {
  const spellings = secrets.flatMap((secret) => {
    const json = JSON.stringify(secret).slice(1, -1);
    return [
      secret,
      json,
      json.replaceAll("/", "\\/"),
      encodeURIComponent(secret),
      Buffer.from(secret).toString("base64"),
    ];
  });
  if (spellings.length === 0) return redactText;
  // The longest first: a secret may be the beginning of another one.
  const ordered = [...new Set(spellings)].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(ordered.map((spelling) => RegExp.escape(spelling)).join("|"), "gi");
  return (text) => redactText(text.replace(pattern, "[hidden]"));
}
