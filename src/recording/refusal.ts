import { isConnectionLoss } from "../database/database.ts";
import type { JournaledEntry } from "../journal/entry.ts";
import { errorCode } from "../runtime/error-code.ts";

/** A frame that Postgres refused, kept among the rejected ones with Postgres's words. */
export type RefusedEntry = JournaledEntry & { readonly refusal?: string };

/**
 * Whether Postgres refused the data of a record (SQLSTATE 22: data exception, 23: integrity, P0: raised by a
 * trigger). Everything else, a full disk or a missing right, says nothing about the record: it waits.
 */
export function isRefusal(error: unknown): boolean {
  return !isConnectionLoss(error) && /^(22|23|P0)/.test(errorCode(error) ?? "");
}
