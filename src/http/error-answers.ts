import { ParseError, ValidationError } from "elysia";
import { isConnectionLoss, sqlState } from "../database/database.ts";
import type { Logger } from "../observability/logger.ts";
import { databaseIsAway, type Fault, Problem } from "./problem.ts";

/** A statement that took longer than it may. */
const queryCanceled = "57014";

/**
 * What an error means to the client. Whatever is not foreseen is a 500 that says nothing of the inside, and is
 * logged under the id that the client is given.
 */
export function problemOf(
  error: unknown,
  context: { readonly method: string; readonly path: string; readonly logger: Logger },
): Problem {
  // The guard throws while the body is parsed, and Elysia wraps what is thrown there.
  const cause = error instanceof ParseError && error.cause instanceof Problem ? error.cause : error;
  if (cause instanceof Problem) return cause;
  if (cause instanceof ParseError) {
    return new Problem(400, "malformed_body", "the body is not what its Content-Type says");
  }
  if (cause instanceof ValidationError && cause.type !== "response") return validationProblem(cause);
  if (isConnectionLoss(cause)) return databaseIsAway();
  if (sqlState(cause) === queryCanceled) {
    return new Problem(503, "too_slow", "the question took too long: narrow it, by time where it has `from`");
  }
  return unexpected(cause, context);
}

function unexpected(
  error: unknown,
  { method, path, logger }: { readonly method: string; readonly path: string; readonly logger: Logger },
): Problem {
  const id = crypto.randomUUID();
  if (error instanceof ValidationError) {
    // The message holds the whole answer; what is wrong with it is enough.
    logger.error({ id, method, path, faults: faultsOf(error) }, "an answer broke its own schema");
  } else {
    logger.error({ id, method, path, err: error }, "a request failed");
  }
  return new Problem(500, "internal", `something went wrong; the appliance's log has it under ${id}`, { id });
}

function validationProblem(error: ValidationError): Problem {
  const errors = faultsOf(error);
  const detail = errors.map((fault) => `${fault.field}: ${fault.message}`).join("; ");
  return new Problem(422, "validation", detail, { errors });
}

function faultsOf(error: ValidationError): Fault[] {
  // Typed loosely by Elysia, because other validators have other shapes; zod's has a path and a message.
  const issues: readonly { readonly path?: unknown; readonly message?: unknown }[] = error.all;
  return issues.flatMap((issue) => {
    const path = issue.path === "root" || issue.path === undefined ? null : String(issue.path);
    return faultOf(path ?? error.type, String(issue.message), path !== null && isMissing(error.value, path));
  });
}

function faultOf(field: string, message: string, missing: boolean): Fault[] {
  const [, unknownKeys] = /^Unrecognized keys?: (.+)$/.exec(message) ?? [];
  if (unknownKeys !== undefined) {
    return [...unknownKeys.matchAll(/"([^"]*)"/g)].map(([, key = ""]) => ({
      field: key,
      message: "is no field of this request",
    }));
  }
  const [, expected] = /expected (.+?)(?:, received .+)?$/.exec(message) ?? [];
  return [{ field, message: missing ? "is missing" : message, ...(expected !== undefined && { expected }) }];
}

function isMissing(value: unknown, path: string): boolean {
  const found = path
    .split(".")
    .reduce<unknown>(
      (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
      value,
    );
  return found === undefined;
}
