import {
  accessSync,
  chmodSync,
  constants,
  lstatSync,
  mkdirSync,
  readdirSync,
  type Stats,
  statSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join, sep } from "node:path";
import { errorCode } from "../runtime/error-code.ts";
import { errorCodeOrMessage } from "../runtime/error-message.ts";

/** What the appliance keeps in its data folder; the names of files begin with these. */
const ownNames = ["journal", "lock", "prepuff.pid", "admin-token", "session-key", "postgres", "log-"];
const ownFolders = new Set(["postgres"]);
const groupAndOthers = 0o077;
const othersWrite = 0o002;

/**
 * Makes the data folder, or takes the one that is there, so that no other user can read or change what is in it: it holds the
 * admin token, the key of the sessions and every bag.
 *
 * @returns what was changed, or could not be, in words for the log.
 * @throws Error in plain words, with what to do, where it cannot be made or written, where others could still change it, or
 * where a file in it is a link or somebody else's.
 */
export function secureDataFolder(folder: string): string[] {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Error(
      `the data folder ${folder} cannot be ${errorCode(error) === "EEXIST" ? "used: it is a file" : "made or written"} (${errorCodeOrMessage(error)}): give it to this user (chown), or name another one in PREPUFF_DATA_DIR`,
    );
  }
  // Windows has other rights than these.
  if (process.getuid === undefined) return [];
  const stat = statSync(folder);
  const said = closeFolder(folder, stat, process.getuid());
  for (const name of readdirSync(folder)) {
    if (ownNames.some((own) => name.startsWith(own))) said.push(...checkEntry(folder, name, stat));
  }
  return said;
}

function closeFolder(folder: string, stat: Stats, me: number): string[] {
  if ((stat.mode & groupAndOthers) === 0) return [];
  const shown = (stat.mode & 0o7777).toString(8).padStart(4, "0");
  if ((stat.uid === me || me === 0) && !isShared(folder)) {
    chmodSync(folder, 0o700);
    return [`the data folder ${folder} was open to other users (mode ${shown}): it is closed now (0700)`];
  }
  const hint = "give the appliance a folder of its own in PREPUFF_DATA_DIR, or close this one: chmod 700";
  if ((stat.mode & othersWrite) !== 0) {
    throw new Error(`the data folder ${folder} can be written by every user (mode ${shown}): ${hint}`);
  }
  return [`the data folder ${folder} is open to other users (mode ${shown}): ${hint}`];
}

/**
 * A folder that others use and that must not be closed to them: /srv, /var/tmp, a home, a parent of the working folder.
 */
function isShared(folder: string): boolean {
  if ([tmpdir(), "/tmp", "/var/tmp", "/dev/shm"].includes(folder)) return true;
  const names = readdirSync(folder).filter((name) => name !== "lost+found");
  if (names.length === 0 || names.includes("lock")) return false;
  return (
    dirname(dirname(folder)) === dirname(folder) ||
    folder === homedir() ||
    process.cwd().startsWith(folder.endsWith(sep) ? folder : folder + sep)
  );
}

/**
 * A file of the appliance must be a regular file that it owns: through a link others would choose what is read and
 * written.
 */
function checkEntry(folder: string, name: string, { uid: owner }: Stats): string[] {
  const path = join(folder, name);
  const stat = lstatSync(path);
  const me = process.getuid?.();
  if (stat.isSymbolicLink()) {
    throw new Error(
      `${path} is a link, which is not followed: put the file itself there, or remove the link. A token from elsewhere is named in PREPUFF_ADMIN_TOKEN_FILE, another place for all of it in PREPUFF_DATA_DIR`,
    );
  }
  if (ownFolders.has(name) ? !stat.isDirectory() : stat.isFIFO() || stat.isSocket() || stat.isDirectory()) {
    throw new Error(`${path} is not what the appliance keeps there: move it away`);
  }
  if (me !== 0 && stat.uid !== me && stat.uid !== 0 && stat.uid !== owner) {
    throw new Error(
      `${path} belongs to another user (${stat.uid}), who could read or change it: move it away, or give it to this user (chown)`,
    );
  }
  if (stat.isDirectory() || (stat.mode & groupAndOthers) === 0 || name.startsWith("log-")) return [];
  if (stat.uid !== me && me !== 0) return [];
  chmodSync(path, 0o600);
  return name === "admin-token" || name === "session-key"
    ? [
        `${path} could be read by other users (mode ${(stat.mode & 0o777).toString(8)}): it is closed now. Delete it and start again where somebody may have read it`,
      ]
    : [];
}

/** What `work` makes can be read by this user alone. (SQLite makes its files as the umask lets it.) */
export function closedToOthers<T>(work: () => T): T {
  const before = process.umask(groupAndOthers);
  try {
    return work();
  } finally {
    process.umask(before);
  }
}
