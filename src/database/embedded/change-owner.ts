import { chmodSync, lchownSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Account } from "./account.ts";

/**
 * Makes the user as which PostgreSQL runs the owner of a file, or of a folder with its content: data that root restored
 * from a copy belongs to root. PostgreSQL refuses a folder that others may read, so that right is removed as well.
 *
 * @param owner null: this process's own user, who cannot change owners.
 */
export function changeOwner(owner: Account["owner"], path: string): void {
  const stat = lstatSync(path);
  if (stat.isDirectory() && (stat.mode & 0o077) !== 0) chmodSync(path, 0o700);
  if (owner === null || stat.uid === owner.uid) return;
  lchownSync(path, owner.uid, owner.gid);
  if (!stat.isDirectory()) return;
  for (const name of readdirSync(path)) changeOwner(owner, join(path, name));
}
