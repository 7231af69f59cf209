import { lookup } from "node:dns/promises";
import { connect as connectTcp, isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import type { UpstreamConfig } from "../config/config.ts";
import { createRedact } from "../delivery/answer.ts";
import { upstreamSecrets } from "../logging/known-secrets.ts";
import { errorMessageWithCode } from "../runtime/error-message.ts";
import { withTimeLimit } from "../runtime/time-limit.ts";
import {
  type Finding,
  failed,
  type OutsideCheck,
  type OutsideSubject,
  passed,
  type Subject,
  skipped,
  timed,
} from "./check.ts";
import { duration } from "./duration.ts";

const stepLimitMs = 5_000;

/** The way to the web application, step by step. */
export const upstreamChecks: readonly OutsideCheck[] = [
  { name: "upstream name", run: forwarding(name) },
  { name: "upstream port", needs: ["upstream name"], run: forwarding(port) },
  { name: "upstream certificate", needs: ["upstream port"], run: forwarding(certificate) },
  { name: "upstream answer", needs: ["upstream port"], run: forwarding(answer) },
];

/** What a step of the way looks at. */
interface Forwarding {
  readonly subject: OutsideSubject;
  readonly upstream: UpstreamConfig;
  readonly url: URL;
}

export const notForwarded = "nothing is forwarded (PREPUFF_UPSTREAM_URL is not set)";

/** A check that is skipped where nothing is forwarded. */
export function ifForwarding<S extends Subject, Found>(
  check: (subject: S, upstream: UpstreamConfig) => Promise<Found>,
): (subject: S) => Promise<Found | Finding> {
  return async (subject) => {
    const { upstream } = subject.config;
    return upstream === null ? skipped(notForwarded) : check(subject, upstream);
  };
}

function forwarding(step: (parts: Forwarding) => Promise<Finding>): OutsideCheck["run"] {
  return ifForwarding((subject, upstream) => step({ subject, upstream, url: new URL(upstream.url) }));
}

/** The variable that sends requests through a proxy, or null: then names and ports are the proxy's to reach. */
function proxyOf({ env }: OutsideSubject, url: URL): string | null {
  const scheme = url.protocol.slice(0, -1);
  const names = [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`];
  return names.find((each) => env[each]) ?? null;
}

const hostOf = (url: URL) => url.hostname.replace(/^\[|\]$/g, "");
const portOf = (url: URL) => Number(url.port) || (url.protocol === "https:" ? 443 : 80);

async function name({ subject, url }: Forwarding): Promise<Finding> {
  const proxy = proxyOf(subject, url);
  if (proxy !== null) return passed(`left to the proxy of ${proxy}`);
  try {
    const { value, ms } = await timed(() => lookup(hostOf(url), { all: true }));
    return passed(`${hostOf(url)} is ${value.map(({ address }) => address).join(", ")} (${ms} ms)`);
  } catch (error) {
    return failed(
      `${hostOf(url)} is not found (${errorMessageWithCode(error)})`,
      "Is the name in PREPUFF_UPSTREAM_URL right? Does this machine have a name server that knows it (/etc/resolv.conf; in a container the host's)?",
    );
  }
}

async function port({ subject, url }: Forwarding): Promise<Finding> {
  const proxy = proxyOf(subject, url);
  if (proxy !== null) return passed(`left to the proxy of ${proxy}`);
  const where = `${hostOf(url)}:${portOf(url)}`;
  try {
    const { ms } = await timed(() => opened(connectTcp({ host: hostOf(url), port: portOf(url) }), "connect"));
    return passed(`${where} takes connections (${ms} ms)`);
  } catch (error) {
    return failed(
      `${where} takes no connection (${errorMessageWithCode(error)})`,
      "Refused: the web application does not run there, or the port is wrong. No answer: a firewall; it must let this machine out to that port (HTTPS: 443). Try: curl -v URL",
    );
  }
}

async function certificate({ subject, url }: Forwarding): Promise<Finding> {
  if (url.protocol !== "https:")
    return passed("not encrypted (http://): right only within the plant's own network");
  if (proxyOf(subject, url) !== null) return skipped("behind a proxy the next line tells");
  const host = hostOf(url);
  // An address is no server name: Node refuses it there.
  const socket = connectTls({ host, port: portOf(url), ...(isIP(host) === 0 && { servername: host }) });
  try {
    const { value: until, ms } = await timed(async () => {
      let validTo = "";
      await opened(socket, "secureConnect", () => {
        validTo = socket.getPeerCertificate().valid_to;
      });
      return validTo;
    });
    const leftMs = Date.parse(until) - subject.clock.now();
    return passed(`trusted (${ms} ms), valid for another ${duration(leftMs)}`);
  } catch (error) {
    return failed(
      `not trusted (${errorMessageWithCode(error)})`,
      "Expired or for another name: the web application's people must renew it. Signed by the plant's own authority: name its certificate in NODE_EXTRA_CA_CERTS. Also look at this machine's clock",
    );
  }
}

/**
 * One GET with the token: it posts no bag, and no correct server changes anything for it. `scan_bag` wants a POST, so
 * 404 or 405 are usual answers, and prove only that the server was reached; a server that looks at the token first says
 * 401 or 403. A token that is refused for bags only is shown by the courier's own state.
 */
async function answer({ subject: { clock, clocks }, upstream, url }: Forwarding): Promise<Finding> {
  const redact = createRedact(upstreamSecrets(upstream));
  const limitMs = Math.min(upstream.timeoutMs, 10_000);
  const read = new AbortController();
  try {
    const asked = clock.now();
    const { value: response, ms } = await timed(() =>
      fetch(url, {
        redirect: "manual",
        // Only the head is needed: the body is neither unpacked nor read.
        decompress: false,
        signal: AbortSignal.any([AbortSignal.timeout(limitMs), read.signal]),
        headers: {
          "Accept-Encoding": "identity",
          ...(upstream.token !== null && { Authorization: `Bearer ${upstream.token}` }),
        },
      }),
    );
    const date = Date.parse(response.headers.get("date") ?? "");
    if (!Number.isNaN(date)) clocks.set("upstream", date + 500 - (asked + clock.now()) / 2);
    const { status } = response;
    if (status === 401 || status === 403) {
      return failed(
        upstream.token === null ? `it wants a token (${status})` : `it refuses the token (${status})`,
        "Ask the web application's people for a token in force, set PREPUFF_UPSTREAM_TOKEN, and start the appliance again. The bags that wait are sent then",
      );
    }
    const to = redact(response.headers.get("location") ?? "").split("?")[0];
    const redirect =
      to === ""
        ? ""
        : `, a redirect to ${to}, which is not followed: if bags wait, correct PREPUFF_UPSTREAM_URL`;
    return passed(`reached: status ${status} to a read (${ms} ms)${redirect}; the token was not refused`);
  } catch (error) {
    return failed(
      `connected, but no answer (${redact(errorMessageWithCode(error))})`,
      "The server behind the port is in trouble, or the URL's http:// or https:// is wrong. Try: curl -v URL",
    );
  } finally {
    read.abort();
  }
}

interface Opening {
  once(event: string, listener: (error: Error) => void): unknown;
  on(event: string, listener: () => void): unknown;
  destroy(): unknown;
}

/** Waits for a socket's event and destroys it then. @throws what the socket says, or after 5 s. */
async function opened(socket: Opening, event: string, look: () => void = () => undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once("error", reject);
  socket.once(event, () => {
    look();
    resolve();
  });
  try {
    await withTimeLimit(promise, stepLimitMs, () => {
      throw new Error(`no answer within ${stepLimitMs / 1000} s`);
    });
  } finally {
    // An error after the end is ignored, and must not end the process.
    socket.on("error", () => undefined);
    socket.destroy();
  }
}
