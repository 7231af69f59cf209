import { z } from "zod";
import { type RouteAnswers, routeAnswers } from "./answers.ts";

/** One fault of a request: which field, what is wrong with it and, where known, what is wanted. */
export const faultSchema = z.object({
  field: z.string().describe("The field, as `target_weight`, or `body` for the whole."),
  message: z.string(),
  expected: z.string().optional(),
});
export type Fault = z.output<typeof faultSchema>;

/** RFC 9457. `type` is a URN that ends with a code for machines; `detail` is for people. */
export const problemSchema = z.object({
  type: z.string().describe("`urn:prepuff:problem:` and a code that never changes, as `station_busy`."),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.array(faultSchema).optional().describe("With 422: every fault of the request."),
  id: z.string().optional().describe("With 500: what the log has it under."),
});

const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

interface Extras {
  readonly errors?: readonly Fault[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly id?: string;
}

/** Thrown anywhere below a route, it becomes the answer. Nothing secret or internal belongs in it. */
export class Problem extends Error {
  override name = "Problem";
  readonly extras: Extras;

  /**
   * @param code for machines: lower case, never changed once released.
   * @param detail for people: what is wrong, and what would be right.
   */
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    extras: Extras = {},
  ) {
    super(detail);
    this.extras = extras;
  }
}

/** 404, as `notFound("there is no job 7")`. */
export function notFound(detail: string): Problem {
  return new Problem(404, "not_found", detail);
}

/** 409 with a code of its own, as `station_busy`. */
export function conflict(code: string, detail: string): Problem {
  return new Problem(409, code, detail);
}

/** 422 for a request that is well formed, but names something that cannot be. */
export function invalid(...errors: [Fault, ...Fault[]]): Problem {
  const detail = errors.map((fault) => `${fault.field}: ${fault.message}`).join("; ");
  return new Problem(422, "validation", detail, { errors });
}

/** 503 for what needs Postgres while it is away. */
export function databaseIsAway(): Problem {
  return new Problem(503, "database_away", "the database is away; weighing goes on", {
    headers: { "retry-after": "5" },
  });
}

/** 503 for what Postgres cannot do just now: others use all connections, its disk is full, or a conflict with others. */
export function databaseIsBusy(): Problem {
  return new Problem(
    503,
    "database_busy",
    "the database cannot do this now; nothing was changed, try again",
    {
      headers: { "retry-after": "5" },
    },
  );
}

/** `scan_bag` has a contract of its own: its errors have the form that old clients expect. */
export const scanBagPath = "/api/prepuff/scan_bag";

/** The answer for an error, in the form that belongs to the path. */
export function problemResponse(problem: Problem, path: string): Response {
  const legacy = path === scanBagPath;
  return new Response(JSON.stringify(legacy ? scanBagError(problem) : problemBody(problem)), {
    status: problem.status,
    headers: {
      ...problem.extras.headers,
      "content-type": legacy ? "application/json" : "application/problem+json",
      "cache-control": "no-store",
    },
  });
}

function problemBody(problem: Problem): z.input<typeof problemSchema> {
  const { errors, id } = problem.extras;
  return {
    type: `urn:prepuff:problem:${problem.code}`,
    title: titles[problem.status] ?? "Error",
    status: problem.status,
    detail: problem.detail,
    ...(errors && { errors: [...errors] }),
    ...(id !== undefined && { id }),
  };
}

/** An error of `scan_bag`. */
export const scanBagErrorSchema = z.object({
  success: z.literal(false),
  error: z.string().describe("The code, as `no_active_job` or `validation`."),
  message: z.string(),
  field: z.string().optional().describe("With 422: the first field that is wrong."),
});

function scanBagError(problem: Problem): z.input<typeof scanBagErrorSchema> {
  const field = problem.extras.errors?.[0]?.field;
  return {
    success: false,
    error: problem.code,
    message: problem.detail,
    ...(field !== undefined && { field }),
  };
}

/**
 * Declares a route's problem answers: `response: { 200: jobSchema, ...problems(404, 409, 503) }`.
 * Not needed for what any request may get (400, 401, 403, 413, 414, 415, 422, 429, 500): the document adds them.
 */
export function problems<const Status extends number>(
  ...statuses: Status[]
): RouteAnswers<Status, typeof problemSchema> {
  return routeAnswers(statuses, problemSchema);
}
