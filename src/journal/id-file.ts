import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import { syncFolder } from "../runtime/durable.ts";

function idPath(folder: string): string {
  return join(folder, "journal.id");
}

/** The journal's id as it is kept beside the journal, or null. It says who we are when the journal cannot. */
export function readIdFile(folder: string): string | null {
  try {
    const text = readFileSync(idPath(folder), "utf8").trim();
    return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) ? text : null;
  } catch {
    return null;
  }
}

export function writeIdFile(folder: string, id: string): void {
  const draft = `${idPath(folder)}.tmp`;
  const fd = openSync(draft, "w", 0o600);
  try {
    writeSync(fd, `${id}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(draft, idPath(folder));
  syncFolder(folder);
}
