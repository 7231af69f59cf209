import { createCleaner } from "../logging/known-secrets.ts";
import { idMax } from "../weighing/ids.ts";
import { type Oddity, readBody } from "./answer-body.ts";
import { parseRetryAfter } from "./retry-policy.ts";

/** What the upstream answered about a bag that it accepted. Null if missing, or not of the expected type. */
export interface UpstreamBag {
  readonly bagId: number | null;
  readonly bagNum: number | null;
  readonly inTolerance: boolean | null;
  readonly jobComplete: boolean | null;
}

/** How an answer that accepted a bag differs from the contract, and its beginning. */
export interface Odd {
  readonly oddity: Oddity;
  readonly excerpt: string;
}

/** How one attempt to deliver a bag ended. `status` is null where no answer came. */
export type Outcome =
  | ({
      readonly kind: "delivered";
      readonly status: number;
      /** The API accepted the bag, in a form that is not the contract's. */
      readonly odd?: Odd;
    } & UpstreamBag)
  /** The bag was not refused: the same request is made again later. */
  | {
      readonly kind: "retry";
      readonly status: number | null;
      readonly reason: string;
      readonly retryAfterMs?: number | undefined;
      /** A 2xx that does not say whether the bag was taken: after so many of them it is held back for a person. */
      readonly triesMax?: number;
    }
  /** The token was refused, not the bag. */
  | { readonly kind: "unauthorized"; readonly status: number; readonly reason: string }
  /** This bag is refused. `retryable`: it may be taken later, once a job runs upstream. */
  | {
      readonly kind: "parked";
      readonly status: number;
      readonly reason: string;
      readonly retryable: boolean;
    };

/** An answer as it came; `body` is null where it was too long to be read. */
export interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly retryAfter: string | null;
  readonly location: string | null;
  readonly body: string | null;
}

/** Perhaps the bag was taken: an API that ignores the key counts it as often as it is sent. */
const unclearTriesMax = 5;
/** A login page, a captive portal: not caused by the bag, and mostly over within the hour that so many attempts take. */
const pageTriesMax = 20;

/** Makes text of the upstream safe to store and to log. */
export type Redact = (text: string) => string;

/**
 * What an answer means for the bag, by the table of the upstream contract.
 *
 * @param now milliseconds since the epoch, for a `Retry-After` that is a date.
 */
export function judge(answer: Answer, redact: Redact, now: number): Outcome {
  const { status } = answer;
  if (status >= 200 && status < 300) return judgeSuccess(answer, redact);
  const reason = describeAnswer(answer, redact);
  if (status === 401 || status === 403) return { kind: "unauthorized", status, reason };
  const isPassing = status < 400 || status >= 500 || status === 408 || status === 425 || status === 429;
  if (isPassing)
    return { kind: "retry", status, reason, retryAfterMs: parseRetryAfter(answer.retryAfter, now) };
  return { kind: "parked", status, reason, retryable: status === 404 || status === 409 };
}

function judgeSuccess(answer: Answer, redact: Redact): Outcome {
  const { status, body } = answer;
  const said = readBody(body ?? "");
  switch (said.kind) {
    case "taken": {
      const { fields, oddity } = said;
      return {
        kind: "delivered",
        status,
        bagId: wholeNumber(fields.bag_id, Number.MAX_SAFE_INTEGER),
        bagNum: wholeNumber(fields.bag_num, idMax),
        inTolerance: yesOrNo(fields.in_tolerance),
        jobComplete: yesOrNo(fields.job_complete),
        ...(oddity !== null && { odd: { oddity, excerpt: describeAnswer(answer, redact) } }),
      };
    }
    case "refused":
      return { kind: "parked", status, reason: describeAnswer(answer, redact), retryable: false };
    case "unclear":
      return {
        kind: "retry",
        status,
        reason: `not the API's answer: ${describeAnswer(answer, redact)}`,
        triesMax: said.isPage ? pageTriesMax : unclearTriesMax,
      };
  }
}

/** PHP's database drivers print numbers as strings: both are taken. */
function wholeNumber(value: unknown, most: number): number | null {
  const number = typeof value === "string" && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number >= 0 && number <= most
    ? number
    : null;
}

function yesOrNo(value: unknown): boolean | null {
  if (value === 1 || value === 0) return value === 1;
  return typeof value === "boolean" ? value : null;
}

function describeAnswer(answer: Answer, redact: Redact): string {
  const { status, statusText, location, body } = answer;
  const words = statusText === "" ? "" : ` ${statusText}`;
  const to = location === null ? "" : ` to ${location}`;
  const said = body === null ? "(answer too long)" : body;
  return excerpt(redact(`${status}${words}${to}: ${said}`));
}

const excerptLimit = 300;

/** The first characters, for a column and a log line. A cut surrogate pair would be refused by Postgres. */
function excerpt(text: string): string {
  const short = text.length > excerptLimit ? `${text.slice(0, excerptLimit)}…` : text;
  return short.toWellFormed().replace(/:?\s*$/, "");
}

/** Makes the function that takes secrets, and control characters, out of what an upstream or a proxy echoes. */
export function createRedact(secrets: readonly string[]): Redact {
  const clean = createCleaner(secrets);
  // Controls go first: a secret with one in the middle would not be found, and be whole again afterwards.
  return (text) => clean(text.replace(/[\s\p{Zl}\p{Zp}]+/gu, " ").replace(/[\p{Cc}\p{Cf}]/gu, ""));
}
