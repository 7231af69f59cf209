import type { ReceivedScan } from "../support/fake-upstream.ts";
import { success } from "../support/fake-upstream.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { makeCertificates } from "./certificates.ts";
import { startSilentProxy } from "./silent-proxy.ts";

/**
 * `slow`, the cut ones and `lost answer`: the API takes the bag, and the client does not get to know it. So does it with
 * `black hole`, but only when it is mended, and the client has long given up. Of all others the API never hears.
 */
export const upstreamFaults = [
  "refused",
  "black hole",
  "slow",
  "cut in the header",
  "cut in the body",
  "lost answer",
  "500",
  "429",
  "401",
  "HTML",
  "redirect",
  "expired certificate",
] as const;
export type UpstreamFault = (typeof upstreamFaults)[number];

/** A real HTTPS server in the place of the other company's API, with a log of its own and faults to switch on. */
export interface FaultyUpstream {
  /** The full URL of `scan_bag`. */
  readonly url: string;
  /** A client has to trust this certificate. */
  readonly authorityFile: string;
  readonly token: string;
  /** Requests that the API took, in order; a repeated one each time. */
  readonly received: readonly ReceivedScan[];
  /** The Idempotency-Keys that the API took, in the order of their first time. */
  readonly taken: readonly string[];
  /** Requests with another token, or to another place: there must be none. */
  readonly stray: readonly string[];
  /** One fault at a time. */
  bring(fault: UpstreamFault): Promise<void>;
  /** Takes the fault away. */
  mend(): Promise<void>;
  stop(): Promise<void>;
}

const path = "/api/prepuff/scan_bag";
const slowMs = 30_000;

export async function startFaultyUpstream(): Promise<FaultyUpstream> {
  const folder = tempFolder();
  const certificates = await makeCertificates(folder.path);
  const token = "token-of-the-fault-campaign";
  const received: ReceivedScan[] = [];
  const taken = new Set<string>();
  const stray: string[] = [];
  let answer: (scan: ReceivedScan) => Response | Promise<Response> = take;
  let mendLine: (() => Promise<void> | void) | null = null;

  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    async fetch(request) {
      const at = performance.now();
      const { headers } = request;
      const body = await request.text();
      if (new URL(request.url).pathname !== path || headers.get("authorization") !== `Bearer ${token}`) {
        stray.push(`${request.method} ${request.url}`);
        return new Response("not yours", { status: 403 });
      }
      const form = Object.fromEntries(new URLSearchParams(body));
      const key = headers.get("idempotency-key") ?? "";
      return answer({
        body,
        form,
        station: form.station ?? "",
        key,
        headers,
        number: received.length + 1,
        at,
      });
    },
  });
  if (server.port === undefined) throw new Error("no TCP port");
  const line = await startSilentProxy(server.port, certificates.valid);

  function take(scan: ReceivedScan): Response {
    received.push(scan);
    taken.add(scan.key);
    return success({ bag_id: taken.size, bag_num: taken.size });
  }

  function cutAnswers(end: number) {
    line.cutAnswers(end);
    mendLine = () => line.cutAnswers(null);
  }

  async function bring(fault: UpstreamFault): Promise<void> {
    switch (fault) {
      case "refused":
        await line.refuse();
        mendLine = () => line.accept(certificates.valid);
        return;
      case "black hole":
        line.silence();
        mendLine = () => line.speak();
        return;
      case "slow":
        answer = async (scan) => {
          const late = take(scan);
          await new Promise<void>((resolve) => setTimeout(resolve, slowMs).unref());
          return late;
        };
        return;
      case "cut in the header":
        return cutAnswers(20);
      case "cut in the body":
        return cutAnswers(-10);
      case "lost answer":
        return cutAnswers(0);
      case "500":
        answer = () => new Response("broken", { status: 500 });
        return;
      case "429":
        answer = () => new Response("too fast", { status: 429, headers: { "retry-after": "1" } });
        return;
      case "401":
        answer = () => Response.json({ success: false, error: "unauthorized" }, { status: 401 });
        return;
      case "HTML":
        answer = () =>
          new Response("<html>Please log in</html>", { headers: { "content-type": "text/html" } });
        return;
      case "redirect":
        answer = () => Response.redirect(new URL("/elsewhere", url).href, 302);
        return;
      case "expired certificate":
        await line.refuse();
        await line.accept(certificates.expired);
        mendLine = async () => {
          await line.refuse();
          await line.accept(certificates.valid);
        };
    }
  }

  const url = `https://127.0.0.1:${line.port}${path}`;
  return {
    url,
    authorityFile: certificates.authorityFile,
    token,
    received,
    get taken() {
      return [...taken];
    },
    stray,
    bring,
    async mend() {
      answer = take;
      await mendLine?.();
      mendLine = null;
    },
    async stop() {
      line[Symbol.dispose]();
      await server.stop(true);
      folder[Symbol.dispose]();
    },
  };
}
