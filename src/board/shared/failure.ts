import type { Values } from "../../runtime/plural-text.ts";
import { ApiProblem, type Fault, NotReached } from "./api.ts";
import type { Say } from "./i18n.ts";
import { refusal, wanted } from "./refusals.ts";
import { t } from "./texts.ts";

/** A word of the API in the reader's language; null: these texts have none for it. */
type Words = (key: string, values?: Values) => string | null;

function wordsOf<Key extends string>(say: Say<Key>): Words {
  return (key, values) => (say.has(key) ? say(key, values) : null);
}

const refusals: Words[] = [wordsOf(refusal)];
const fields: Words[] = [wordsOf(wanted)];

/** Adds what pages whose code comes later are refused, and what their fields expect. */
export function alsoSay<Code extends string, Field extends string>(
  more: Say<Code>,
  moreFields: Say<Field>,
): void {
  refusals.push(wordsOf(more));
  fields.push(wordsOf(moreFields));
}

function said(all: readonly Words[], key: string, values?: Values): string | null {
  for (const words of all) {
    const text = words(key, values);
    if (text !== null) return text;
  }
  return null;
}

/** A failed request in a sentence for the reader. What is not foreseen is said in the appliance's words, in English. */
export function failureText(error: unknown): string {
  if (error instanceof NotReached) return t("notReached");
  if (!(error instanceof ApiProblem)) throw error;
  if (error.code === "database_away") return t("databaseAway");
  const known = said(refusals, error.code);
  if (known !== null) return known;
  if (error.status === 401 || error.status === 403) return t("notAllowed");
  const { faults } = error;
  if (faults.length > 0 && faults.every(({ field }) => said(fields, field) !== null)) return t("checkFields");
  return error.detail;
}

/** Bags of a job. */
const quantityMax = 1_000_000;

/** What is wrong with a field. */
export function faultText({ field, message }: Fault): string {
  return said(fields, field, { max: quantityMax }) ?? message;
}
