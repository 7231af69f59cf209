import type { UpstreamConfig } from "../config/config.ts";
import { upstreamSecrets } from "../logging/known-secrets.ts";
import type { Clock } from "../runtime/clock.ts";
import { errorCode } from "../runtime/error-code.ts";
import { type Answer, createRedact, judge, type Redact } from "./answer.ts";
import { readBounded } from "./bounded-body.ts";
import type { BagToSend, DestinationClient } from "./destination.ts";

/** The part of `fetch` that is used here. */
export type Fetch = (url: string, init: BunFetchRequestInit) => Promise<Response>;

/** The API's answer has some 100 bytes; a login page fits, an endless stream does not. */
const bodyLimitBytes = 65_536;

/** For destinations of the kind `scan_bag`. */
export function createScanBagClient(parts: {
  upstream: UpstreamConfig;
  clock: Clock;
  fetch?: Fetch | undefined;
}): DestinationClient {
  const { upstream, clock, fetch: request = fetch } = parts;
  const { url, token, timeoutMs } = upstream;
  const redact = createRedact(upstreamSecrets(upstream));
  const authorization: Record<string, string> = token === null ? {} : { Authorization: `Bearer ${token}` };

  async function exchange(bag: BagToSend, signal: AbortSignal): Promise<Answer> {
    const response = await request(url, {
      method: "POST",
      // Redirects are not followed: the token would be sent to their target.
      redirect: "manual",
      signal,
      decompress: false,
      headers: {
        ...authorization,
        "Accept-Encoding": "identity",
        "Content-Type": "application/x-www-form-urlencoded",
        "Idempotency-Key": bag.uid,
        "Prepuff-Weighed-At": bag.weighedAt.toISOString(),
      },
      body: scanBagForm(bag),
    });
    return {
      status: response.status,
      statusText: response.statusText,
      retryAfter: response.headers.get("retry-after"),
      location: response.headers.get("location"),
      body: await readBounded(response, bodyLimitBytes),
    };
  }

  return {
    async post(bag, signal) {
      // The limit is on the whole exchange, so that a peer that sends a byte a second cannot hold a station.
      const limit = new AbortController();
      const giveUp = () => limit.abort();
      const timer = setTimeout(giveUp, timeoutMs);
      signal.addEventListener("abort", giveUp);
      try {
        if (signal.aborted) giveUp();
        const answer = await exchange(bag, limit.signal);
        // Of a longer answer nothing more may come.
        if (answer.body === null) giveUp();
        return judge(answer, redact, clock.now());
      } catch (error) {
        const late = limit.signal.aborted && !signal.aborted;
        const reason = late ? `no whole answer within ${timeoutMs} ms` : networkError(error, redact);
        return { kind: "retry", status: null, reason };
      } finally {
        clearTimeout(timer);
        signal.removeEventListener("abort", giveUp);
      }
    },
  };
}

/**
 * The form, byte for byte as Python's `requests.post(data=…)` of the legacy server sends it:
 * `weight=45.20&unit=lb&scale=1&station=Station+1`.
 */
export function scanBagForm(bag: Pick<BagToSend, "weight" | "unit" | "scale" | "station">): string {
  const { weight, unit, scale, station } = bag;
  const fields = new URLSearchParams([
    ["weight", weight],
    ["unit", unit],
    ["scale", String(scale)],
    ["station", station],
  ]);
  // The two characters on which urllib.parse.quote_plus and the URL standard differ.
  return fields.toString().replaceAll("*", "%2A").replaceAll("%7E", "~");
}

function networkError(error: unknown, redact: Redact): string {
  if (!(error instanceof Error)) return "network error";
  const code = errorCode(error);
  return redact(`network error: ${error.message}${code === null ? "" : ` (${code})`}`).slice(0, 300);
}
