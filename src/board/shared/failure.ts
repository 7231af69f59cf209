import { ApiProblem, type Fault, NotReached } from "./api.ts";
import { refusal, wanted } from "./refusals.ts";
import { t } from "./texts.ts";

/** A failed request in a sentence for the reader. What is not foreseen is said in the appliance's words, in English. */
export function failureText(error: unknown): string {
  if (error instanceof NotReached) return t("notReached");
  if (!(error instanceof ApiProblem)) throw error;
  if (error.code === "database_away") return t("databaseAway");
  if (refusal.has(error.code)) return refusal(error.code);
  if (error.status === 401 || error.status === 403) return t("notAllowed");
  const { faults } = error;
  if (faults.length > 0 && faults.every(({ field }) => wanted.has(field))) return t("checkFields");
  return error.detail;
}

/** Bags of a job. */
const quantityMax = 1_000_000;

/** What is wrong with a field. */
export function faultText({ field, message }: Fault): string {
  return wanted.has(field) ? wanted(field, { max: quantityMax }) : message;
}
