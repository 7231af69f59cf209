import { isIP } from "node:net";
import { InvalidArgumentError } from "commander";
import type { Io } from "./io.ts";

const answerLengthMax = 4 * 1024 * 1024;

export interface RequestOptions {
  readonly method?: "GET" | "POST" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Where the running appliance answers, by this configuration. More than one: the first that answers counts. */
export async function configuredUrls(io: Io, path: string): Promise<URL[]> {
  const { loadConfig } = await import("../config/load.ts");
  const { host, port } = loadConfig({ env: io.env, cwd: io.cwd }).config.http;
  if (port === 0) {
    throw new Error("PREPUFF_HTTP_PORT is 0 (any free port), so the port is not known. Give --url");
  }
  return loopback(host).map(
    (address) => new URL(`http://${isIP(address) === 6 ? `[${address}]` : address}:${port}${path}`),
  );
}

/**
 * The unspecified address (`0.0.0.0`, `::`) is no destination. Where `::` is configured, one of the two loopback
 * addresses may be missing (Docker without IPv6).
 */
function loopback(host: string): readonly string[] {
  if (host === "0.0.0.0") return ["127.0.0.1"];
  return host === "::" ? ["127.0.0.1", "::1"] : [host];
}

/** Reads the value of `--url`. */
export function httpUrl(text: string): URL {
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return new URL(text);
  throw new InvalidArgumentError("It wants an http:// or https:// URL, such as http://127.0.0.1:8080");
}

/** Not `fetch`: it sends even requests to 127.0.0.1 through HTTP_PROXY, which many plants' servers have set. */
export async function request(
  url: URL,
  signal: AbortSignal,
  { method = "GET", headers = {}, body }: RequestOptions = {},
): Promise<{ status: number; body: string }> {
  const { request } = url.protocol === "https:" ? await import("node:https") : await import("node:http");
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  const asked = request(url, { method, headers, signal, agent: false }, (answer) => {
    let text = "";
    answer.setEncoding("utf8");
    answer.on("data", (chunk: string) => {
      text += chunk;
      if (text.length < answerLengthMax) return;
      resolve({ status: answer.statusCode ?? 0, body: text });
      answer.destroy();
    });
    answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: text }));
    answer.on("error", reject);
  });
  asked.on("error", reject);
  asked.end(body);
  // The signal may end the request without an error event while the body is read.
  signal.addEventListener("abort", () => reject(signal.reason));
  return promise;
}
