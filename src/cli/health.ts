import { isIP } from "node:net";
import { type Command, InvalidArgumentError } from "commander";
import { exitCode, type Io } from "./io.ts";

const timeoutMs = 3000;
const answerLengthMax = 64 * 1024;

/** `prepuff health`: asks the running appliance how it is; for container health checks and people. */
export function addHealthCommand(program: Command, io: Io): void {
  program
    .command("health")
    .description("ask the running appliance whether it is ready; ends with 0 if so, else with 1")
    .option("--live", "ask only whether the process answers")
    .option("--url <url>", "ask there instead of at the configured address", httpUrl)
    .action(async (options: { live?: true; url?: URL }) => {
      const path = options.live ? "/health/live" : "/health/ready";
      const urls = options.url === undefined ? await configuredUrls(io, path) : [withPath(options.url, path)];
      const verdict = await firstVerdict(urls);
      if (verdict.ok) io.stdout.write(`${verdict.line}\n`);
      else {
        io.stderr.write(`prepuff: ${verdict.line}\n`);
        io.finish(exitCode.failed);
      }
    });
}

async function configuredUrls(io: Io, path: string): Promise<URL[]> {
  const { loadConfig } = await import("../config/load.ts");
  const { host, port } = loadConfig({ env: io.env, cwd: io.cwd }).config.http;
  if (port === 0) {
    throw new Error("PREPUFF_HTTP_PORT is 0 (any free port), so the port is not known. Give --url");
  }
  return loopback(host).map(
    (address) => new URL(`http://${isIP(address) === 6 ? `[${address}]` : address}:${port}${path}`),
  );
}

/** "Every address" cannot be asked. Where `::` is listened on, one of the two may be missing (Docker without IPv6). */
function loopback(host: string): readonly string[] {
  if (host === "0.0.0.0") return ["127.0.0.1"];
  return host === "::" ? ["127.0.0.1", "::1"] : [host];
}

function httpUrl(text: string): URL {
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return new URL(text);
  throw new InvalidArgumentError("It wants an http:// or https:// URL, such as http://127.0.0.1:8080");
}

function withPath(given: URL, path: string): URL {
  return given.pathname === "/" ? new URL(path, given) : given;
}

interface Verdict {
  readonly ok: boolean;
  readonly line: string;
}

async function firstVerdict(urls: readonly URL[]): Promise<Verdict> {
  const signal = AbortSignal.timeout(timeoutMs);
  let last: Verdict = { ok: false, line: "there is no address to ask" };
  for (const url of urls) {
    const at = `${url.protocol}//${url.host}${url.pathname}`;
    try {
      const { status, body } = await get(url, signal);
      const state = await stateIn(body);
      return status === 200
        ? { ok: true, line: `${state ?? "ok"} (${at})` }
        : { ok: false, line: `${at} answered ${status}${state === null ? "" : `: ${state}`}` };
    } catch (error) {
      const why = signal.aborted
        ? `gave no answer within ${timeoutMs / 1000} s`
        : `cannot be reached (${reason(error)})`;
      last = { ok: false, line: `${at} ${why}` };
    }
  }
  return last;
}

function reason(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return error instanceof Error ? error.message : String(error);
}

/** Not `fetch`: it sends even requests to 127.0.0.1 through HTTP_PROXY, which many plants' servers have set. */
async function get(url: URL, signal: AbortSignal): Promise<{ status: number; body: string }> {
  const { request } = url.protocol === "https:" ? await import("node:https") : await import("node:http");
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  const asked = request(url, { signal, agent: false }, (answer) => {
    let body = "";
    answer.setEncoding("utf8");
    answer.on("data", (chunk: string) => {
      if (body.length < answerLengthMax) body += chunk;
    });
    answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body }));
    answer.on("error", reject);
  });
  asked.on("error", reject);
  asked.end();
  // The signal may end the request without an error event while the body is read.
  signal.addEventListener("abort", () => reject(signal.reason));
  return promise;
}

/** `degraded: upstream down` out of the answer, or null where it says nothing of the kind. */
async function stateIn(body: string): Promise<string | null> {
  const [{ healthSchema }, { printable }] = await Promise.all([
    import("../http/health-report.ts"),
    import("../config/fault.ts"),
  ]);
  const parsed = healthSchema.safeParse(parseJson(body));
  if (!parsed.success) return null;
  const { status, parts } = parsed.data;
  const notUp = Object.entries(parts).flatMap(([name, part]) =>
    part === null || part.state === "up"
      ? []
      : [`${name} ${part.state} (${part.detail ?? "no reason given"})`],
  );
  return printable(notUp.length === 0 ? status : `${status}: ${notUp.join(", ")}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
