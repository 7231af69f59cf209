import { ValidationError } from "elysia";
import { isConnectionLoss, isPassing } from "../../database/errors.ts";
import type { Logger } from "../../logging/logger.ts";
import { errorCode } from "../../runtime/error-code.ts";
import { databaseIsAway, databaseIsBusy, Problem } from "./problem.ts";

/** A statement that took longer than it may. */
const queryCanceled = "57014";
/** "Data exception": a value that the database cannot hold, as a year or a number that its types do not have. */
const dataException = /^22/;

/**
 * What an error means to the client. An unexpected error is a 500 without internals, and is logged under the id that
 * the client gets.
 */
export function problemOf(
  error: unknown,
  context: { readonly method: string; readonly path: string; readonly logger: Logger },
): Problem {
  if (error instanceof Problem) return error;
  if (isConnectionLoss(error)) return databaseIsAway();
  if (isPassing(error)) return databaseIsBusy();
  if (errorCode(error) === queryCanceled) {
    return new Problem(503, "too_slow", "the question took too long: narrow it, by time where it has `from`");
  }
  if (dataException.test(errorCode(error) ?? "")) return impossibleValue(error, context);
  return unexpected(error, context);
}

/** The request's fault; that the schemas accepted it is the appliance's, and is logged. */
function impossibleValue(
  error: unknown,
  { method, path, logger }: Parameters<typeof unexpected>[1],
): Problem {
  logger.warn({ method, path, err: error }, "the database cannot hold a value of a request");
  return new Problem(422, "validation", "a value of this request is none that the database can hold");
}

function unexpected(
  error: unknown,
  { method, path, logger }: { readonly method: string; readonly path: string; readonly logger: Logger },
): Problem {
  const id = crypto.randomUUID();
  if (error instanceof ValidationError) {
    // Of an answer: what a request may hold is checked by `checked`. The message holds the whole; what is wrong is enough.
    logger.error({ id, method, path, faults: faultsOf(error) }, "an answer broke its own schema");
  } else {
    logger.error({ id, method, path, err: error }, "a request failed");
  }
  return new Problem(500, "internal", `something went wrong; the appliance's log has it under ${id}`, { id });
}

function faultsOf(error: ValidationError): readonly { readonly field: string; readonly message: string }[] {
  // Typed loosely by Elysia, because other validators have other shapes; zod's has a path and a message.
  const issues: readonly { readonly path?: unknown; readonly message?: unknown }[] = error.all;
  return issues.map(({ path, message }) => ({ field: String(path ?? error.type), message: String(message) }));
}
