import { latin1 } from "./bytes.ts";
import { greetings, type Protocol } from "./protocols.ts";

/** `undecided`: with a few bytes more it may be a greeting. */
export type Beginning = Protocol | "undecided" | "none";

/** So many bytes of a connection are examined: what is not certain by then is no greeting. */
const BEGINNING_BYTES_MAX = 256;

/** How nearly every connection begins. No greeting does: asking each of them costs 20 µs. */
const PRINT = /^\d{1,10},[ -~]/;

/**
 * What a connection that began with these bytes (latin1: one character a byte) is. Whether it is a greeting no longer
 * changes once it is decided, whatever bytes follow.
 */
export function recognise(beginning: string): Beginning {
  if (PRINT.test(beginning)) return "none";
  let isDecided = true;
  for (const [protocol, match] of greetings) {
    const verdict = match(beginning);
    if (verdict === "yes") return protocol;
    if (verdict === "maybe") isDecided = false;
  }
  return isDecided || beginning.length >= BEGINNING_BYTES_MAX ? "none" : "undecided";
}

/**
 * Looks at the first bytes of one connection, wherever TCP cuts them, until it is clear what it is: a scale, or
 * certainly none, but a browser, the health check of a load balancer, a port scan, a program that has the wrong port.
 * What follows a greeting must never be read as prints: a page on any site can have a browser post lines of its own
 * choice to the scales' port, behind a request line that it cannot choose.
 *
 * It only observes: reading need not wait until it is decided, because no greeting contains a whole print.
 */
export class Greeting {
  /** What came so far; null as soon as it is clear. */
  #beginning: string | null = "";

  /**
   * Takes the next bytes of the connection.
   *
   * @returns the protocol, and how the connection began, where these bytes make it certain; null otherwise.
   */
  take(bytes: Uint8Array): { readonly protocol: Protocol; readonly text: string } | null {
    if (this.#beginning === null) return null;
    const text = this.#beginning + latin1(bytes.subarray(0, BEGINNING_BYTES_MAX - this.#beginning.length));
    const found = recognise(text);
    this.#beginning = found === "undecided" ? text : null;
    return found === "undecided" || found === "none" ? null : { protocol: found, text };
  }
}
