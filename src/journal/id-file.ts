import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "../runtime/durable.ts";

function idPath(folder: string): string {
  return join(folder, "journal.id");
}

/**
 * The journal's id as it is kept beside the journal, or null. It identifies this appliance when the journal cannot be
 * read.
 */
export function readIdFile(folder: string): string | null {
  try {
    const text = readFileSync(idPath(folder), "utf8").trim();
    return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) ? text : null;
  } catch {
    return null;
  }
}

export function writeIdFile(folder: string, id: string): void {
  writeFileAtomically(idPath(folder), `${id}\n`, { ifExists: "replace" });
}
