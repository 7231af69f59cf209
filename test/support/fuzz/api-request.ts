import { type Role, roles } from "../../../src/config/config.ts";
import type { OpenApiDocument, Operation } from "../../../src/http/openapi/openapi-document.ts";
import { encodeCursor } from "../../../src/http/request/paging.ts";
import { seeded } from "../../scale/frames/streams.ts";
import { chance, fitting, type Json, pick, type Schema, type Source, spoiled } from "./schema-values.ts";

/** A request that was made up. */
export interface FuzzRequest {
  /** null: there is no such route, or not with this method. */
  readonly operation: Operation | null;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** What requests may be made with. */
export interface Keys {
  readonly tokens: Readonly<Record<Role, string>>;
  /** `Cookie` headers of browsers that signed in. */
  readonly cookies: readonly [string, ...string[]];
}

/** The request of a number: the same for the same seed and document, whatever was sent before. */
export function makeRequest(document: OpenApiDocument, keys: Keys, seed: number, index: number): FuzzRequest {
  const source = seeded(Math.imul(seed, 0x9e3779b1) + index);
  // The first numbers of such a generator are alike for neighbouring seeds.
  for (let i = 0; i < 8; i++) source(2);
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const [first, ...others] = all;
  if (first === undefined) throw new Error("the document describes nothing");
  const { path, method, operation } = pick(source, [first, ...others]);
  if (chance(source, 4)) return stray(source, path, Object.keys(document.paths[path] ?? {}), keys);

  const parameters = operation.parameters ?? [];
  const values = parameters.flatMap(({ name, in: where, required, schema }) =>
    required || chance(source, 35) ? [{ name, where, value: parameterValue(source, name, schema) }] : [],
  );
  const inPath = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values.find((each) => each.where === "path" && each.name === name)?.value ?? "1";
    return encode(value === "" ? " " : value);
  });
  const body = operation.requestBody === undefined ? null : makeBody(source, operation.requestBody.content);
  const sent = values
    .filter(({ where }) => where === "header")
    .map(({ name, value }) => [name, asHeader(value)]);
  return {
    operation,
    method: method.toUpperCase(),
    path: inPath + makeQuery(source, values),
    headers: {
      ...authorization(source, keys, operation["x-role"]),
      ...someHeaders(source, operation),
      ...Object.fromEntries(sent),
      ...(body?.type !== undefined && { "content-type": body.type }),
    },
    body: body?.text ?? null,
  };
}

function stray(source: Source, path: string, methods: readonly string[], keys: Keys): FuzzRequest {
  const real = path.replace(/\{\w+\}/g, "1");
  const method = pick(source, ["PUT", "POST", "DELETE", "PATCH", "GET"]);
  const isKnown = methods.includes(method.toLowerCase());
  const elsewhere = pick(source, [
    `${real}/x/x/x`,
    "/api",
    "/%00",
    "/..%2f..%2fetc/passwd",
    "/api/%ff",
    "/.env",
  ]);
  return {
    operation: null,
    method,
    path: isKnown ? elsewhere : real,
    headers: authorization(source, keys, "admin"),
    body: null,
  };
}

function authorization(source: Source, keys: Keys, needed: string | undefined): Record<string, string> {
  const { tokens, cookies } = keys;
  if (chance(source, 15)) {
    const cookie = pick(source, [
      ...cookies,
      `${cookies[0]}x`,
      "prepuff_session=",
      ";;=%00; prepuff_session",
    ]);
    const site = pick(source, ["same-origin", "same-origin", "cross-site", "none", "nonsense"]);
    return { cookie, ...(chance(source, 80) && { "sec-fetch-site": site }) };
  }
  const role = roles.find((each) => each === needed) ?? "viewer";
  const token = pick(source, [
    tokens.admin,
    tokens.admin,
    tokens[role],
    tokens[role],
    tokens[role],
    tokens[pick(source, [...roles])],
    tokens[pick(source, [...roles])],
    chance(source, 50) ? `pp_${"A".repeat(43)}` : "wrong",
    null,
  ]);
  if (token === null) return chance(source, 50) ? {} : { authorization: "Basic YTpi" };
  return { authorization: `Bearer ${token}` };
}

function parameterValue(source: Source, name: string, schema: Schema): string {
  if (name === "id") return chance(source, 70) ? String(1 + source(30)) : asText(spoiled(source, schema));
  if (name === "cursor" && chance(source, 70)) {
    return encodeCursor(pick(source, [1, 5, 20, 2_147_483_648, 2 ** 40, Number.MAX_SAFE_INTEGER]));
  }
  if (name === "last-event-id" && chance(source, 70)) {
    return pick(source, [
      "0-0",
      "b1r1",
      "5!1-3;2",
      "1!2-3,4-5;6!1-1",
      `${"9".repeat(16)};1`,
      "9".repeat(400),
    ]);
  }
  return asText(chance(source, 75) ? fitting(source, schema) : spoiled(source, schema));
}

function makeQuery(
  source: Source,
  values: readonly { name: string; where: string; value: string }[],
): string {
  const pairs = values
    .filter(({ where }) => where === "query")
    .map(({ name, value }) => `${name}=${encode(value)}`);
  const [first] = pairs;
  if (first !== undefined && chance(source, 5)) pairs.push(first);
  if (chance(source, 5)) {
    pairs.push(
      pick(source, [
        "a=1",
        "limit",
        "=",
        "limit[]=1",
        "limit=%ff",
        "%zz=%zz",
        "__proto__=1",
        "&&&",
        "limit=1;x",
      ]),
    );
  }
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

function someHeaders(source: Source, { operationId }: Operation): Record<string, string> {
  const accept = pick(source, [null, null, "text/csv", "application/json", "*/*;q=x", "text/csv;q=0.1, */*"]);
  const isScan = /scan|postApiBags$/i.test(operationId);
  return {
    ...(accept !== null && { accept }),
    ...(isScan &&
      chance(source, 30) && {
        "idempotency-key": pick(source, ["a", "b", "k".repeat(255), "k".repeat(256), "ü"]),
      }),
    ...(isScan &&
      chance(source, 30) && {
        "prepuff-weighed-at": pick(source, [
          "2026-01-01T00:00:00Z",
          "2026-01-01t00:00:00.123z",
          "1970-01-01T00:00:00Z",
          "never",
        ]),
      }),
  };
}

const broken = [
  "",
  "{",
  "[]",
  "null",
  "\u0000",
  '{"a":1,"a":2}',
  '{"__proto__":{"admin":true}}',
  "[".repeat(50_000),
  `{"company":${'{"a":'.repeat(2_000)}1${"}".repeat(2_001)}`,
  `{"reason":"${"x".repeat(100_000)}"}`,
  '{"reason":"\\ud800"}',
  "weight=1&weight=2&unit=lb&scale=1&station=x",
  "weight=%ff&unit=%00",
] as const;

function makeBody(
  source: Source,
  content: NonNullable<Operation["requestBody"]>["content"],
): { readonly type?: string; readonly text: string | null } {
  const [first, ...others] = Object.entries(content);
  if (first === undefined) return { text: null };
  const [type, { schema }] = pick(source, [first, ...others]);
  if (chance(source, 12)) {
    const wrong = pick(source, [
      type,
      "text/plain",
      "application/xml",
      "multipart/form-data",
      "x",
      "application/json; charset=utf-7",
    ]);
    return { type: wrong, text: pick(source, broken) };
  }
  const value = chance(source, 70) ? fitting(source, schema) : spoiled(source, schema);
  return { type, text: type.includes("form") ? asForm(value) : JSON.stringify(value) };
}

function asForm(value: Json): string {
  if (typeof value !== "object" || value === null) return asText(value);
  return Object.entries(value)
    .map(([key, inner]) => `${encode(key)}=${encode(asText(inner))}`)
    .join("&");
}

function asText(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** Headers carry no control characters: a client cannot send them. */
function asHeader(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?").trim();
}
