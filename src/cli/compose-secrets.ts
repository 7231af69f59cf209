import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeSecretFile, randomSecret, replaceSecretFile } from "../config/secret-file.ts";
import { errorCode } from "../runtime/error-code.ts";

/**
 * The secrets of the services of compose.yaml: a folder for each service, mounted into that service alone. The services
 * run as different users; where it is not the one that made the files, everyone in there may read them.
 */
const forOwner = 0o400;
const forService = 0o444;

/** Made at random, once, and then kept. */
const random = {
  "prepuff/admin-token": forOwner,
  "postgres/superuser-password": forService,
  "postgres/prepuff-password": forService,
  "postgres/grafana-password": forService,
  "grafana/admin-password": forService,
} as const;

/** Given by people: credentials of other systems. */
const given = {
  "upstream-token": { file: "prepuff/upstream-token", mode: forOwner },
  "smtp-password": { file: "alertmanager/smtp-password", mode: forService },
  "webhook-url": { file: "alertmanager/webhook-url", mode: forService },
} as const;

/** The password at the mail server once more: the appliance sends reports as Alertmanager sends alerts. */
const ofAppliance = "prepuff/smtp-password";

export type GivenSecret = keyof typeof given;
export const givenSecrets: readonly string[] = Object.keys(given);

export function isGivenSecret(name: string): name is GivenSecret {
  return Object.hasOwn(given, name);
}

/**
 * Makes the secrets that are missing, and writes derived ones again if they do not match their source.
 *
 * @returns the files that were made or written again; none at every start but the first.
 * @throws where a folder cannot be written.
 */
export function makeSecrets(folder: string): string[] {
  const written: string[] = [];
  for (const [file, mode] of Object.entries(random)) {
    if (readSecret(folder, file) !== null) continue;
    makeSecretFile(join(folder, file), randomSecret(), mode);
    written.push(file);
  }
  for (const [file, { text, mode }] of Object.entries(derived(folder))) {
    if (readSecret(folder, file) === text) continue;
    replaceSecretFile(join(folder, file), text, mode);
    written.push(file);
  }
  return written;
}

/** The same password in the form that each service expects. */
function derived(folder: string): Record<string, { text: string; mode: number }> {
  const prepuff = readSecret(folder, "postgres/prepuff-password") ?? "";
  const grafana = readSecret(folder, "postgres/grafana-password") ?? "";
  const smtp = readSecret(folder, "alertmanager/smtp-password");
  return {
    "prepuff/database-url": { text: `postgres://prepuff:${prepuff}@postgres:5432/prepuff`, mode: forOwner },
    "backup/pgpass": { text: `postgres:5432:*:prepuff:${prepuff}`, mode: forOwner },
    "grafana/grafana-database-password": { text: grafana, mode: forService },
    ...(smtp !== null && { [ofAppliance]: { text: smtp, mode: forOwner } }),
  };
}

/** Keeps what a person gives, in the place of what was given before. @returns the file's path in its service. */
export function putSecret(folder: string, name: GivenSecret, text: string): string {
  const { file, mode } = given[name];
  replaceSecretFile(join(folder, file), text, mode);
  if (name === "smtp-password") replaceSecretFile(join(folder, ofAppliance), text, forOwner);
  return `/run/secrets/${file.split("/").at(-1)}`;
}

/** null: there is none. @throws where it cannot be read. */
export function readSecret(folder: string, file: string): string | null {
  try {
    return readFileSync(join(folder, file), "utf8").trim();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}
