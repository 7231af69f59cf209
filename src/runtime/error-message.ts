import { errorCode } from "./error-code.ts";

/**
 * What an error says, without its name: of several at once the first one, its code where it has no message. Of anything
 * else that was thrown, its text.
 */
export function errorMessage(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return errorMessage(error.errors[0]);
  return error instanceof Error ? error.message || (errorCode(error) ?? error.name) : String(error);
}

/** The message with the code behind it, where the message does not say it: `password authentication failed (28P01)`. */
export function errorMessageWithCode(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0)
    return errorMessageWithCode(error.errors[0]);
  const [code, message] = [errorCode(error), errorMessage(error)];
  return code === null || message.includes(code) ? message : `${message} (${code})`;
}

/** The code alone, as `ECONNREFUSED`, where the sentence around it says the rest; the message where there is no code. */
export function errorCodeOrMessage(error: unknown): string {
  return errorCode(error) ?? errorMessage(error);
}
