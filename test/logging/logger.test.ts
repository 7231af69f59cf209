import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { Config } from "../../src/config/config.ts";
import { createLogger } from "../../src/logging/logger.ts";
import { tempFolder } from "../support/temp-folder.ts";

const now = new Date("2026-06-05T12:00:00").getTime();

async function capture(options: Partial<Config["log"]> = {}) {
  const written: string[] = [];
  const stdout = { write: (line: string) => void written.push(line) };
  const log = { level: "info", format: "json", dir: null, ...options } as const;
  const logger = await createLogger(log, { clock: { now: () => now }, stdout });
  return { logger, text: () => written.join(""), last: () => JSON.parse(written.at(-1) ?? "null") };
}

test("a line is JSON with the level's name, the clock's time and nothing about the machine", async () => {
  const { logger, text } = await capture();
  logger.child({ station: "Station 1" }).warn({ scale: 2 }, "scale went away");
  expect(text()).toBe(
    `{"level":"warn","time":"${new Date(now).toISOString()}","station":"Station 1","scale":2,"msg":"scale went away"}\n`,
  );
});

test("lines below the level are not written, lines from it on are", async () => {
  const { logger, text } = await capture({ level: "debug" });
  logger.trace("no");
  expect(text()).toBe("");
  logger.debug("yes");
  expect(text()).toContain('"msg":"yes"');
});

test("what looks like a secret is hidden, at any depth, in errors, and in texts", async () => {
  const { logger, last } = await capture();
  const error = Object.assign(new Error("refused Bearer abc.def-1 by postgres://u:hunter22@db/x"), {
    config: { headers: { Authorization: "Bearer zzz", Cookie: "a=b" } },
  });
  logger.child({ adminToken: "t1" }).error(
    {
      err: error,
      a: { b: [{ password: 12345 }] },
      tokens: { viewer: "t2" },
      api_key: "t3",
      hasToken: true,
    },
    "failed at https://user:hunter22@host/x",
  );
  expect(last()).toMatchObject({
    adminToken: "[hidden]",
    a: { b: [{ password: "[hidden]" }] },
    tokens: "[hidden]",
    api_key: "[hidden]",
    hasToken: true,
    msg: "failed at https://[hidden]@host/x",
    err: {
      message: "refused Bearer [hidden] by postgres://[hidden]@db/x",
      config: { headers: { Authorization: "[hidden]", Cookie: "[hidden]" } },
    },
  });
  expect(JSON.stringify(last())).not.toMatch(/hunter22|abc\.def|zzz|t1|t2|t3|12345/);
});

test("a secret under a telling name or in a URL is never written, in either format", async () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9_~-]{12,30}$/);
  for (const format of ["json", "pretty"] as const) {
    const { logger, text } = await capture({ format });
    fc.assert(
      fc.property(
        secret,
        fc.constantFrom("token", "Authorization", "dbPassword", "client_secret"),
        (value, key) => {
          logger.info({ deep: { [key]: value } }, `got Bearer ${value} and postgres://u:${value}@db`);
          expect(text()).not.toContain(value);
        },
      ),
      { numRuns: 50 },
    );
  }
});

// Every kind of character that ends a line or commands a terminal, for one reader or another.
const hostile = "1,2\r\nINFO: forged\u001b[2J\u0000\u0085\u009b1m\u2028\u2029\u007f";
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these must not be in a line.
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

test("a value with control characters stays one JSON line, and keeps every character", async () => {
  const { logger, text, last } = await capture();
  logger.info({ raw: hostile, [hostile]: 1 }, hostile);
  expect(text().slice(0, -1)).not.toMatch(control);
  expect(last()).toMatchObject({ raw: hostile, [hostile]: 1, msg: hostile });
});

test("for people, a value with control characters stays one line with these written out", async () => {
  const { logger, text } = await capture({ format: "pretty" });
  logger.info({ raw: hostile, [hostile]: 1 }, hostile);
  expect(text().slice(0, -1)).not.toMatch(control);
  expect(text()).toContain("INFO: 1,2\\r\\nINFO: forged\\u001b[2J\\u0000\\u0085\\u009b1m");
});

test("for people, no line of an error can be taken for a line of the log", async () => {
  const { logger, text } = await capture({ format: "pretty" });
  logger.error({ err: new Error(`bad\n[2026-06-05] INFO: forged${hostile}`) }, "failed");
  const [first = "", ...others] = text().trimEnd().split("\n");
  expect(first.trimEnd()).toEndWith("ERROR: failed");
  expect(others.length).toBeGreaterThan(3);
  for (const line of others) {
    expect(line).toStartWith("    ");
    expect(line).not.toMatch(control);
  }
});

test("with a folder, each line is also in the day's file, as JSON whatever the format", async () => {
  using folder = tempFolder();
  const { logger, text } = await capture({ format: "pretty", dir: folder.path });
  logger.info({ token: "t1" }, "hello");
  expect(text()).toContain("INFO: hello");
  const file = readFileSync(join(folder.path, "log-2026-06-05.txt"), "utf8");
  expect(JSON.parse(file)).toMatchObject({ level: "info", token: "[hidden]", msg: "hello" });
});

test("a folder that cannot be written is told once on standard output, and logging goes on", async () => {
  using folder = tempFolder();
  writeFileSync(join(folder.path, "file"), "");
  const { logger, text } = await capture({ dir: join(folder.path, "file") });
  logger.info("one");
  await Promise.resolve();
  logger.info("two");
  await Promise.resolve();
  const messages = text()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).msg);
  expect(messages).toEqual(["one", "log file cannot be written", "two"]);
});
