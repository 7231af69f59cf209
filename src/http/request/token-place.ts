import { Problem } from "../answer/problem.ts";

/**
 * Where @elysiajs/bearer looks for a token beside the header. That cannot be switched off, so a token there is refused
 * before the plugin reads it (RFC 6750 allows one place, and what is in an address ends up in logs and histories).
 */
export const tokenParameter = "access_token";

export const misplacedCode = "token_misplaced";

/** @throws Problem 400 where a token is among the names. */
export function checkNoToken(names: Iterable<string>, place: "query" | "body"): void {
  for (const name of names) if (name === tokenParameter) throw misplacedToken(place);
}

function misplacedToken(place: "query" | "body"): Problem {
  return new Problem(
    400,
    misplacedCode,
    `${tokenParameter} in the ${place} is not taken: send the token in the header Authorization: Bearer …, and replace it if the address was logged`,
  );
}
