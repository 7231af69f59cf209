import type { Command } from "commander";
import { errorCodeOrMessage } from "../runtime/error-message.ts";
import { configuredUrls, httpUrl, request } from "./appliance-api.ts";
import { exitCode, type Io } from "./io.ts";

const timeoutMs = 3000;

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
      const { status, body } = await request(url, signal);
      const state = await stateIn(body);
      return status === 200
        ? { ok: true, line: `${state ?? "ok"} (${at})` }
        : { ok: false, line: `${at} answered ${status}${state === null ? "" : `: ${state}`}` };
    } catch (error) {
      const why = signal.aborted
        ? `gave no answer within ${timeoutMs / 1000} s`
        : `cannot be reached (${errorCodeOrMessage(error)})`;
      last = { ok: false, line: `${at} ${why}` };
    }
  }
  return last;
}

/** `degraded: upstream down` from the answer; null where it has no such states. */
async function stateIn(body: string): Promise<string | null> {
  const [{ healthSchema }, { printable }] = await Promise.all([
    import("../health/health-report.ts"),
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
