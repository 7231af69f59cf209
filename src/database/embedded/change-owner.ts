import { chmodSync, lchownSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Account } from "./account.ts";

/**
 * Gives a file, or a folder with all that is in it, to the user whom PostgreSQL runs as, where it is another's: data that was put
 * back from a copy by root belongs to root. PostgreSQL refuses a folder that others may read, so that is taken back as well.
 *
 * @param owner null: this process's own user, who cannot give anything away.
 */
export function changeOwner(owner: Account["owner"], path: string): void {
  const stat = lstatSync(path);
  if (stat.isDirectory() && (stat.mode & 0o077) !== 0) chmodSync(path, 0o700);
  if (owner === null || stat.uid === owner.uid) return;
  lchownSync(path, owner.uid, owner.gid);
  if (!stat.isDirectory()) return;
  for (const name of readdirSync(path)) changeOwner(owner, join(path, name));
}
