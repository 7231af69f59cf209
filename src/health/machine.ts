import { Database } from "bun:sqlite";
import { existsSync, readdirSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readMark } from "../journal/mark.ts";
import { damagedPrefix } from "../journal/repair.ts";
import { errorMessageWithCode } from "../runtime/error-message.ts";
import { type Check, failed, passed, type Subject, skipped } from "./check.ts";
import { duration } from "./duration.ts";
import { phrase } from "./phrase.ts";
import { findPort } from "./port-holder.ts";

/** A busy plant's frames take some 10 MiB a day; whatever else fills the disk is faster. */
const roomMinBytes = 1024 ** 3;

/** This machine: the folder, the disk, the scales' port. */
export const machineChecks: readonly Check[] = [
  { name: "data folder", run: dataFolder },
  { name: "disk room", needs: ["data folder"], inside: "disk_room", run: diskRoom },
  { name: "scales' port", run: scalesPort },
  { name: "journal on disk", needs: ["data folder"], unless: "appliance", run: journalOnDisk },
  { name: "damaged local store", needs: ["data folder"], run: damagedJournals },
];

async function dataFolder({ config }: Subject) {
  const { dataDir } = config;
  if (!existsSync(dataDir)) {
    return failed(
      `${dataDir} does not exist`,
      "Start the appliance once (prepuff serve): it makes the folder. If it has run before, give this command the same working folder and the same PREPUFF_DATA_DIR as the appliance",
    );
  }
  const probe = join(dataDir, `.doctor-${process.pid}`);
  try {
    writeFileSync(probe, "", { flag: "wx" });
    rmSync(probe);
  } catch (error) {
    return failed(
      `${dataDir} cannot be written (${errorMessageWithCode(error)})`,
      "Give the folder to the user that runs the appliance (chown), or check that its disk is mounted and not read-only; and run this command as that user",
    );
  }
  const open = process.getuid === undefined ? 0 : statSync(dataDir).mode & 0o077;
  if (open !== 0) {
    return failed(
      `${dataDir} is open to other users of this machine (mode ${(statSync(dataDir).mode & 0o777).toString(8)})`,
      "Close it: chmod 700; where others need the folder give the appliance one of its own (PREPUFF_DATA_DIR)",
    );
  }
  return passed(`${dataDir} can be written`);
}

async function diskRoom({ config }: Subject) {
  const { bavail, bsize } = statfsSync(config.dataDir);
  const free = bavail * bsize;
  const what = phrase("free", { free_bytes: free, folder: config.dataDir });
  return free >= roomMinBytes ? passed(what) : failed(what, phrase("do_disk_room"));
}

async function scalesPort({ config }: Subject) {
  const { port } = config.scale;
  if (port === 0) return skipped("PREPUFF_SCALE_PORT is 0 (any free port), so the port is not known");
  const found = findPort(port);
  switch (found.kind) {
    case "unknown":
      return skipped(`who listens on port ${port} can be seen on Linux only`);
    case "closed":
      return failed(
        `nobody listens on port ${port} of this machine`,
        "Start the appliance: prepuff serve, or its service. If it runs in a container, run this command in there",
      );
    case "hidden":
      return passed(`port ${port} is open; whose it is cannot be seen (root could)`);
    case "held":
      break;
  }
  const { pid, command } = found;
  if (pid === applianceProcess(config.dataDir))
    return passed(`port ${port} is the appliance's (process ${pid})`);
  return failed(
    `port ${port} is held by process ${pid} (${command}), which is not the appliance of ${config.dataDir}`,
    "Stop that program, or set PREPUFF_SCALE_PORT to another port, here and in every indicator. If it is an appliance with another data folder, set PREPUFF_DATA_DIR as it has it",
  );
}

function applianceProcess(dataDir: string): number | null {
  try {
    return Number(readFileSync(join(dataDir, "prepuff.pid"), "utf8"));
  } catch {
    return null;
  }
}

/** Reads without changing anything. Frames that PostgreSQL has already may be counted. */
async function journalOnDisk({ config, clock }: Subject) {
  const path = join(config.dataDir, "journal.db");
  if (!existsSync(path)) return passed("there is no journal yet");
  try {
    using db = new Database(path, { readonly: true });
    const row = db
      .query<{ frames: number; oldest: number | null }, [number]>(
        "select count(*) as frames, min(received_at) as oldest from entry where seq > ?",
      )
      .get(readMark(db)?.recordedThrough ?? 0);
    if (!row?.frames) return passed("no frames wait in it");
    const age = duration(clock.now() - (row.oldest ?? 0));
    return passed(
      `prints waiting in it: up to ${row.frames}, the oldest for ${age}; they are recorded at the next start`,
    );
  } catch (error) {
    return failed(
      `${path} cannot be read (${errorMessageWithCode(error)})`,
      "Keep the file: it may hold bags. Start the appliance and read what its log says of the journal",
    );
  }
}

/** They stay until a person has looked at them. */
async function damagedJournals({ config: { dataDir } }: Subject) {
  const aside = readdirSync(dataDir).filter((name) => name.startsWith(damagedPrefix));
  const [first] = aside;
  if (first === undefined) return passed("none was set aside");
  return failed(
    `${aside.length === 1 ? "one was" : `${aside.length} were`} set aside in ${dataDir}: ${aside.join(", ")}`,
    `Check the disk. See what can be read: prepuff journal recover ${join(dataDir, first)}. Nothing deletes these folders: move them away when the count check (prepuff ledger) is explained`,
  );
}
