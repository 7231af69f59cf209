import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { ConfigError } from "../../src/config/fault.ts";
import { loadConfig } from "../../src/config/load.ts";
import { tempFolder } from "../support/temp-folder.ts";

/** Everything that the loader says to people, good or bad. */
function everythingSaid(env: Record<string, string>, cwd: string): string {
  try {
    const { values, warnings } = loadConfig({ env, cwd });
    return JSON.stringify({ values, warnings });
  } catch (error) {
    if (error instanceof ConfigError) return JSON.stringify([error.message, error.faults, String(error)]);
    throw error;
  }
}

// Random, so that it is not by chance part of a message.
const plain = fc.stringMatching(/^[A-Za-z0-9_~-]{12,40}$/);
// With everything that could lead a parser astray.
const wild = fc.tuple(plain, fc.stringMatching(/^[ -~]{0,6}$/), plain).map(([a, b, c]) => a + b + c);

function expectHidden(said: string, ...secrets: string[]): void {
  for (const secret of secrets) expect(said).not.toContain(secret);
}

/** The parts of a wild secret: none of them may show, also where a border was drawn through the middle. */
const parts = (secret: string) => [secret.slice(0, 12), secret.slice(-12)];

test("a token never shows, whether good, bad, shared, or put where a path belongs", () => {
  const names = fc.constantFrom("PREPUFF_ADMIN_TOKEN", "PREPUFF_INGEST_TOKEN", "PREPUFF_UPSTREAM_TOKEN");
  fc.assert(
    fc.property(names, wild, fc.boolean(), fc.boolean(), (name, secret, isShared, isBad) => {
      const env = {
        [name]: secret,
        ...(isShared ? { PREPUFF_VIEWER_TOKEN: secret } : {}),
        ...(isBad ? { PREPUFF_HTTP_PORT: "x" } : {}),
      };
      expectHidden(everythingSaid(env, "/nowhere"), ...parts(secret));
    }),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(plain, (secret) => {
      expectHidden(everythingSaid({ PREPUFF_ADMIN_TOKEN_FILE: secret }, "/nowhere"), secret);
    }),
  );
});

test("the password of DATABASE_URL never shows, encoded or not, good or bad", () => {
  const scheme = fc.constantFrom("postgres", "postgresql", "mysql", "postgres:", "");
  fc.assert(
    fc.property(scheme, wild, fc.boolean(), (kind, secret, isEncoded) => {
      const password = isEncoded ? encodeURIComponent(secret) : secret;
      const url = `${kind}://user:${password}@db.example.com:5432/prepuff?password=${password}&x`;
      expectHidden(everythingSaid({ DATABASE_URL: url }, "/nowhere"), ...parts(secret), ...parts(password));
    }),
    { numRuns: 500 },
  );
});

test("the user name, password and query of an upstream URL never show", () => {
  const scheme = fc.constantFrom("https://", "http://", "ftp://", "https:", "");
  fc.assert(
    fc.property(scheme, wild, fc.boolean(), (kind, secret, isQuery) => {
      const url = isQuery
        ? `${kind}app.example.com/scan?key=${encodeURIComponent(secret)}`
        : `${kind}user:${secret}@app.example.com/scan`;
      expectHidden(everythingSaid({ PREPUFF_UPSTREAM_URL: url }, "/nowhere"), ...parts(secret));
    }),
    { numRuns: 500 },
  );
});

test("the api_key of settings.json never shows, also where the file is broken around it", () => {
  using folder = tempFolder();
  const shapes = fc.constantFrom(
    (key: string) => `{"api_key": ${JSON.stringify(key)}}`,
    (key: string) => `{"api_key": ${JSON.stringify(key)}, "port": "x"}`,
    (key: string) => `{"api_key": [${JSON.stringify(key)}]}`,
    (key: string) => `{"api_key": ${key}}`,
    (key: string) => `{"api_key": "${key}`,
    (key: string) => `{"api-key": ${JSON.stringify(key)}}`,
  );
  fc.assert(
    fc.property(shapes, wild, (shape, secret) => {
      writeFileSync(join(folder.path, "settings.json"), shape(secret));
      expectHidden(everythingSaid({}, folder.path), ...parts(secret));
    }),
    { numRuns: 300 },
  );
});
