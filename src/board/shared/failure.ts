import { ApiProblem, NotReached } from "./api.ts";
import { t } from "./texts.ts";

/** A failed request in a sentence for the reader. What the appliance explains itself is said in its words. */
export function failureText(error: unknown): string {
  if (error instanceof NotReached) return t("notReached");
  if (!(error instanceof ApiProblem)) throw error;
  if (error.code === "database_away") return t("databaseAway");
  if (error.status === 401 || error.status === 403) return t("notAllowed");
  return error.detail;
}
