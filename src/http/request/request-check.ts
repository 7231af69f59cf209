import { Problem } from "../answer/problem.ts";
import { checkAddress } from "./address.ts";
import { hasBody } from "./body.ts";

/**
 * Checks of every request, also to an unknown address, before anything else.
 *
 * @throws Problem 400, 414 or 422.
 */
export function checkRequest(request: Request): void {
  checkAddress(request.url);
  if ((request.method === "GET" || request.method === "HEAD") && hasBody(request)) {
    throw new Problem(
      400,
      "no_body_taken",
      `${request.method} takes no body: filters go into the address, a token into the header Authorization: Bearer …`,
    );
  }
}
