import { closeSync, openSync, writeSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { resolve } from "node:path";
import type { CaptureEnd } from "../../captures/capture-file.ts";
import { problemSchema } from "../../http/answer/problem.ts";
import { errorCode } from "../../runtime/error-code.ts";
import { errorCodeOrMessage } from "../../runtime/error-message.ts";
import { configuredUrls } from "../appliance-api.ts";
import type { Io } from "../io.ts";

const answerMs = 20_000;
/** A line of a capture says nothing for so long at most. */
const idleMs = 30_000;

const whyEnded: Readonly<Record<CaptureEnd, string>> = {
  time: "the time is over (--for)",
  size: "it is as large as was asked for (--max)",
  slow_reader: "what it is written to is slower than what came in",
  stopped: "the appliance stopped, or the token was revoked",
};

/**
 * Writes a capture to a file, or to standard output, line by line, until it ends or until Ctrl-C.
 *
 * @param url of the appliance; left out: as configured.
 * @param file must not exist yet.
 * @returns whether it ended as it should.
 * @throws Error in plain words where nobody answers, the appliance refuses, or the file cannot be written.
 */
export async function download(
  io: Io,
  token: string,
  url: URL | undefined,
  path: string,
  file: string | null,
): Promise<boolean> {
  const halt = new AbortController();
  const stop = () => halt.abort();
  // Once: the second Ctrl-C ends the process at once, as everywhere.
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    const urls = url === undefined ? await configuredUrls(io, path) : [new URL(path, url)];
    const answer = await firstAnswer(urls, token, halt.signal);
    // Whatever happens here: without it the appliance would go on capturing.
    using _ = { [Symbol.dispose]: () => void answer.destroy() };
    if (answer.statusCode !== 200) throw new Error(await refusal(answer));
    using out = openOutput(io, file);
    const { end, lines } = await copyLines(answer, out.write, halt.signal);
    const count = `${lines} ${lines === 1 ? "line" : "lines"} captured`;
    const why = end !== null ? whyEnded[end] : halt.signal.aborted ? "ended by a signal" : null;
    io.stderr.write(
      why === null
        ? `prepuff: ${count}; then the connection to the appliance broke: what came until then is kept\n`
        : `${count}: ${why}\n`,
    );
    return why !== null && end !== "slow_reader";
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}

async function firstAnswer(urls: readonly URL[], token: string, halt: AbortSignal): Promise<IncomingMessage> {
  let unreached = "there is no address to ask";
  for (const url of urls) {
    try {
      return await ask(url, token, halt);
    } catch (error) {
      unreached = `the appliance at ${url.origin} cannot be reached (${errorCodeOrMessage(error)}): is it running?`;
    }
  }
  throw new Error(unreached);
}

async function ask(url: URL, token: string, halt: AbortSignal): Promise<IncomingMessage> {
  const { request } = url.protocol === "https:" ? await import("node:https") : await import("node:http");
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const asked = request(url, { headers: { authorization: `Bearer ${token}` }, agent: false }, resolve);
  const late = setTimeout(() => asked.destroy(new Error("no answer")), answerMs);
  asked.on("error", reject);
  halt.addEventListener("abort", () => asked.destroy());
  asked.end();
  try {
    return await promise;
  } finally {
    clearTimeout(late);
  }
}

async function refusal(answer: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of answer) text += chunk;
  let said = "";
  try {
    said = `: ${problemSchema.parse(JSON.parse(text)).detail}`;
  } catch {
    said = ", and not as an appliance does: is it the right address?";
  }
  return `the appliance answered ${answer.statusCode}${said}`;
}

/** Copies whole lines that say something. Never rejects for what the connection does. */
function copyLines(
  answer: IncomingMessage,
  write: (text: string) => void,
  halt: AbortSignal,
): Promise<{ readonly end: CaptureEnd | null; readonly lines: number }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ end: CaptureEnd | null; lines: number }>();
  let rest = "";
  let lines = 0;
  let end: CaptureEnd | null = null;
  let idle: Timer | undefined;
  const done = () => {
    clearTimeout(idle);
    resolve({ end, lines });
  };
  const wait = () => {
    clearTimeout(idle);
    idle = setTimeout(() => answer.destroy(), idleMs);
  };
  wait();
  answer.setEncoding("latin1");
  answer.on("data", (chunk: string) => {
    wait();
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    const said = parts.filter((line) => line !== "");
    if (said.length === 0) return;
    lines += said.length;
    end = endOf(said.at(-1) ?? "");
    try {
      write(`${said.join("\n")}\n`);
    } catch (error) {
      answer.destroy();
      reject(error);
    }
  });
  for (const event of ["end", "close", "error"]) answer.on(event, done);
  halt.addEventListener("abort", done);
  return promise;
}

const ends = Object.keys(whyEnded) as CaptureEnd[];

function endOf(line: string): CaptureEnd | null {
  const [, name] = /"end":"([a-z_]+)"\}$/.exec(line) ?? [];
  return ends.find((one) => one === name) ?? null;
}

/** @throws Error in plain words where the file exists or cannot be made. */
function openOutput(io: Io, file: string | null): { write(text: string): void } & Disposable {
  if (file === null) return { write: (text) => io.stdout.write(text), [Symbol.dispose]: () => undefined };
  let fd: number;
  try {
    fd = openSync(resolve(io.cwd, file), "wx");
  } catch (error) {
    if (errorCode(error) === "EEXIST") throw new Error(`${file} exists already; name a new file`);
    throw new Error(`${file} cannot be written (${errorCodeOrMessage(error)})`);
  }
  return {
    write(text) {
      try {
        const bytes = Buffer.from(text);
        for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      } catch (error) {
        throw new Error(`${file} cannot be written (${errorCodeOrMessage(error)})`);
      }
    },
    [Symbol.dispose]: () => closeSync(fd),
  };
}
