import { chmodSync, type Stats, statSync } from "node:fs";
import { ConfigError, type Fault } from "./fault.ts";

/** A file that the configuration was read from. */
export interface ConfigFile {
  readonly path: string;
  /** What has to change for another file to be read: `PREPUFF_ADMIN_TOKEN_FILE`, `./settings.json`. */
  readonly subject: string;
  /** The settings file is the appliance's own, and closed by it; the file of a secret is somebody else's to set up. */
  readonly kind: "settings" | "secret";
}

const groupAndOthers = 0o077;
const othersWrite = 0o002;
const othersRead = 0o004;
/** Docker shows secrets to every user of a container, where there is one. */
const mountedSecrets = "/run/secrets/";

/**
 * Keeps other users from reading secrets and from changing the configuration: the settings file, which holds the web
 * application's key, is closed to them.
 *
 * @returns what was changed, or should be, in words for the log.
 * @throws ConfigError where every user could still change a file.
 */
export function secureConfigFiles(files: readonly ConfigFile[]): string[] {
  if (process.getuid === undefined) return [];
  const said: string[] = [];
  const faults: Fault[] = [];
  for (const file of files) {
    const stat = statSync(file.path, { throwIfNoEntry: false });
    if (stat === undefined) continue;
    const mode = (stat.mode & 0o777).toString(8).padStart(4, "0");
    if (file.kind === "settings" && (stat.mode & groupAndOthers) !== 0 && close(file.path, stat)) {
      said.push(`${file.path} was open to other users (mode ${mode}): it is closed now`);
    } else if ((stat.mode & othersWrite) !== 0) {
      faults.push({
        subject: file.subject,
        problem: `every user can change ${file.path} (mode ${mode})`,
        hint: `Close it: chmod 600 ${file.path}`,
      });
    } else if ((stat.mode & othersRead) !== 0 && !file.path.startsWith(mountedSecrets)) {
      said.push(
        `every user can read ${file.path} (mode ${mode}), which may hold secrets: chmod 600 closes it`,
      );
    }
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return said;
}

/** @returns whether it could be done. */
function close(path: string, { uid, mode }: Stats): boolean {
  if (uid !== process.getuid?.() && process.getuid?.() !== 0) return false;
  try {
    chmodSync(path, mode & 0o700);
    return true;
  } catch {
    // A read-only disk.
    return false;
  }
}
