import { describe, expect, test } from "bun:test";
import {
  createCleaner,
  createSecretHider,
  type secretsOf,
  urlSecrets,
} from "../../src/logging/known-secrets.ts";
import { redactText } from "../../src/logging/redact.ts";

const config = (changes: Partial<Parameters<typeof secretsOf>[0]>) => ({
  tokens: {},
  upstream: null,
  databaseUrl: null,
  ...changes,
});

describe("what is secret in a URL", () => {
  test.each([
    ["https://h/p?access_token=a%2Fb+c", ["a/b+c", "a/b c", "a%2Fb+c"]],
    ["https://h/p?bare-secret", ["bare-secret"]],
    ["https://h/p?key=k3y", ["k3y"]],
    ["https://user:pa%40ss@h/p", ["pa@ss", "pa%40ss", btoa("user:pa@ss")]],
    ["https://only-a-token@h/p", ["only-a-token"]],
    ["https://h/p#frag-ment", ["frag-ment"]],
    ["postgres://u:p%23w@a:1,b:2/db?password=in-query", ["p#w", btoa("u:p#w"), "in-query"]],
  ])("%s", (url, secrets) => {
    expect(urlSecrets(url)).toEqual(expect.arrayContaining(secrets));
  });

  test("a setting is none", () => {
    expect(urlSecrets("https://h/p?plant=Leeds&v=2").filter((text) => text !== "")).toEqual([]);
  });
});

test("a known secret is taken out however it is written", () => {
  const secret = 'a/b+c="<&>ü';
  const clean = createCleaner([secret]);
  const percent = encodeURIComponent(secret);
  for (const spelling of [
    ...[secret, JSON.stringify(secret), JSON.stringify(secret).replaceAll("/", "\\/"), percent],
    ...[percent.toLowerCase(), encodeURIComponent(percent), new URLSearchParams({ s: secret }).toString()],
    ...[Bun.escapeHTML(secret), Buffer.from(secret).toString("base64")],
    Buffer.from(secret).toString("base64url"),
  ]) {
    expect(clean(`before ${spelling} behind`)).toMatch(/^before .*\[hidden\].* behind$/);
  }
});

test("for people a password that is a plain name or a short word stays readable, a real one does not", () => {
  const text = "database prepuff: password short, long-enough-password";
  const url = (password: string) => config({ databaseUrl: `postgres://prepuff:${password}@h/prepuff` });
  expect(createSecretHider(url("prepuff"))(text)).toBe(text);
  expect(createSecretHider(url("short"))(text)).toBe(text);
  expect(createSecretHider(url("long-enough-password"))(text)).toBe(
    "database prepuff: password short, [hidden]",
  );
});

test.each([
  [
    "302 to https://sso/login?access_token=abc&plant=1",
    "302 to https://sso/login?access_token=[hidden]&plant=1",
  ],
  ["https://h/?next=%2Fx%3Fapi_key%3Dabc%26p%3D1", "https://h/?next=%2Fx%3Fapi_key%3D[hidden]%26p%3D1"],
  ["postgres://h/db?sslmode=require&password=abc", "postgres://h/db?sslmode=require&password=[hidden]"],
  ["Authorization: Basic dTpwYXNzd29yZA==", "Authorization: Basic [hidden]"],
  ["Basic authentication is wanted", "Basic authentication is wanted"],
  ["/api/bags?station=Station+1", "/api/bags?station=Station+1"],
])("what looks like a secret of somebody else's: %s", (text, shown) => {
  expect(redactText(text)).toBe(shown);
});
