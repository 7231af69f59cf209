import type { z } from "zod";
import type { faultSchema, problemSchema } from "../../http/answer/problem.ts";

export type Fault = z.output<typeof faultSchema>;
type ProblemBody = z.output<typeof problemSchema>;

/** A list of the API. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface ApiRequest {
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The appliance refused the request; `detail` is a sentence for people, in English. */
export class ApiProblem extends Error {
  override name = "ApiProblem";

  constructor(
    readonly status: number,
    /** As `station_busy`: the end of the problem's type. */
    readonly code: string,
    readonly detail: string,
    /** With 422. */
    readonly faults: readonly Fault[],
    /** After how many seconds it may be tried again; null: nothing was said. */
    readonly waitSeconds: number | null = null,
  ) {
    super(detail);
  }
}

/** The appliance was not reached, or did not answer in time. */
export class NotReached extends Error {
  override name = "NotReached";
}

const answerLimitMs = 15_000;
let onSignedOut: () => void = () => undefined;
let askWhoActs: () => Promise<boolean> = () => Promise.resolve(false);

/** What to do when an answer is 401: the session ended elsewhere. */
export function whenSignedOut(act: () => void): void {
  onSignedOut = act;
}

/** How a device finds out who acts, when the appliance wants to know; false: nobody said. */
export function whenPersonWanted(ask: () => Promise<boolean>): void {
  askWhoActs = ask;
}

/**
 * Sends a request with the session's cookie. Where the appliance first wants to know who acts, the reader is asked, and it is
 * sent again. One that changes nothing, or has an `idempotency-key`, is sent once more
 * if the connection broke: the browser may have used a connection that was dead already.
 *
 * @returns the answer's JSON, undefined where it has none (204). Its type is the one that the route's schema gives.
 * @throws ApiProblem, NotReached.
 */
export async function api<Answer>(method: Method, path: string, request: ApiRequest = {}): Promise<Answer> {
  try {
    return await send<Answer>(method, path, request);
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.code !== "person_wanted" || !(await askWhoActs()))
      throw error;
    return send<Answer>(method, path, request);
  }
}

async function send<Answer>(method: Method, path: string, request: ApiRequest): Promise<Answer> {
  const { query, body, headers } = request;
  const signal = AbortSignal.timeout(answerLimitMs);
  const ask = async () => {
    const answer = await fetch(path + queryText(query), {
      method,
      headers: { ...(body && { "content-type": "application/json" }), ...headers },
      signal,
      ...(body && { body: JSON.stringify(body) }),
    });
    const wait = Number(answer.headers.get("retry-after") ?? Number.NaN);
    return { status: answer.status, ok: answer.ok, wait, text: await answer.text() };
  };
  const isRepeatable = method === "GET" || headers?.["idempotency-key"] !== undefined;
  const { status, ok, wait, text } = await ask()
    .catch((error: unknown) => {
      if (!isRepeatable || signal.aborted) throw error;
      return ask();
    })
    .catch((error: unknown) => {
      throw new NotReached("the appliance was not reached", { cause: error });
    });
  if (!ok) {
    if (status === 401 && path !== "/api/session") onSignedOut();
    throw problemOf(status, text, Number.isFinite(wait) ? wait : null);
  }
  // What the server sends has passed the route's own schema.
  return (text === "" ? undefined : JSON.parse(text)) as Answer;
}

/** `?a=1&b=2`, without what is null, undefined or empty. */
function queryText(query: ApiRequest["query"] = {}): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") parts.set(name, String(value));
  }
  return parts.size === 0 ? "" : `?${parts}`;
}

function problemOf(status: number, text: string, waitSeconds: number | null): ApiProblem {
  try {
    const body: Partial<ProblemBody> = JSON.parse(text);
    const code = body.type?.split(":").at(-1) ?? "unknown";
    return new ApiProblem(status, code, body.detail ?? text, body.errors ?? [], waitSeconds);
  } catch {
    // A proxy's page, say.
    return new ApiProblem(status, "unknown", `the answer was ${status}`, []);
  }
}
