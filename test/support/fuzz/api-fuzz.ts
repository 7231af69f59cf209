import { z } from "zod";
import type { Role } from "../../../src/config/config.ts";
import type { OpenApiDocument } from "../../../src/http/openapi/openapi-document.ts";
import { cookieOf } from "../session.ts";
import { type FuzzRequest, type Keys, makeRequest } from "./api-request.ts";

export interface Receipt {
  readonly requests: number;
  readonly findings: readonly string[];
  /** How often each status was answered. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Operations that were never answered with 2xx: nothing but refusals was seen of them. */
  readonly onlyRefused: readonly string[];
  readonly operations: number;
}

export interface FuzzOptions {
  /** `http://127.0.0.1:8080` */
  readonly base: string;
  readonly tokens: Readonly<Record<Role, string>>;
  readonly seed: number;
  /** The numbers of the requests to send: from … to, without the last. */
  readonly from: number;
  readonly to: number;
  readonly findingsMax?: number;
  readonly onAnswer?: (index: number, request: FuzzRequest, status: number, body: string) => void;
}

/**
 * Sends made-up requests, one after the other, and holds each answer against the appliance's own document:
 * no 5xx, a documented status, a documented content type, a body after its schema, the security headers.
 */
export async function fuzzApi(options: FuzzOptions): Promise<Receipt> {
  const { base, tokens, seed, from, to, findingsMax = 20, onAnswer } = options;
  // The appliance's own document: held against its requests, not against itself.
  const document = (await (await fetch(`${base}/openapi/json`)).json()) as OpenApiDocument;
  const check = createCheck(document);
  const keys = { tokens, cookies: await signIn(base, tokens) };
  const findings: string[] = [];
  const statuses = new Map<number, number>();
  const succeeded = new Set<string>();
  let index = from;
  for (; index < to && findings.length < findingsMax; index++) {
    const request = makeRequest(document, keys, seed, index);
    const about = `#${index} ${request.method} ${request.path.slice(0, 200)}`;
    try {
      const answer = await fetch(base + request.path, {
        method: request.method,
        headers: request.headers,
        redirect: "manual",
        signal: AbortSignal.timeout(20_000),
        ...(request.body !== null && { body: request.body }),
      });
      const isStream = /^(?:text\/event-stream|application\/x-ndjson)/.test(
        answer.headers.get("content-type") ?? "",
      );
      const body = isStream ? "" : await answer.text();
      if (isStream) await answer.body?.cancel();
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      if (answer.ok && request.operation !== null) succeeded.add(request.operation.operationId);
      onAnswer?.(index, request, answer.status, body);
      const fault = check(request, answer, body);
      if (fault !== null) findings.push(`${about}: ${fault}\n    sent ${shown(request)}`);
    } catch (error) {
      findings.push(`${about}: no answer (${String(error)})\n    sent ${shown(request)}`);
    }
  }
  const operations = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  return {
    requests: index - from,
    findings,
    statuses,
    onlyRefused: operations.filter((id) => !succeeded.has(id)),
    operations: operations.length,
  };
}

async function signIn(base: string, tokens: FuzzOptions["tokens"]): Promise<Keys["cookies"]> {
  const [viewer = "", ...others] = await Promise.all(
    [tokens.viewer, tokens.operator, tokens.admin].map(async (token) =>
      cookieOf(
        await fetch(`${base}/api/session`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ token }),
        }),
      ),
    ),
  );
  return [viewer, ...others];
}

function createCheck(document: OpenApiDocument) {
  const $defs = document.components.schemas;
  const schemas = new Map<string, z.ZodType>();
  const compile = (key: string, schema: object) => {
    const found = schemas.get(key);
    if (found !== undefined) return found;
    const text = JSON.stringify({ ...schema, $defs }).replaceAll("#/components/schemas/", "#/$defs/");
    const made = z.fromJSONSchema(JSON.parse(text));
    schemas.set(key, made);
    return made;
  };

  /** `PUT /api/sources/trial` is that of a source with this name, though the address has a POST of its own. */
  const isAnothers = ({ method, path }: FuzzRequest) =>
    Object.entries(document.paths).some(
      ([pattern, methods]) =>
        method.toLowerCase() in methods &&
        new RegExp(`^${pattern.replace(/\{\w+\}/g, "[^/]+")}$`).test(path.split("?")[0] ?? ""),
    );

  return (request: FuzzRequest, answer: Response, body: string): string | null => {
    const { operation } = request;
    const { status, headers } = answer;
    const type = headers.get("content-type")?.split(";")[0] ?? "";
    if (status >= 500) return `answered ${status}: ${body.slice(0, 300)}`;
    if (headers.get("x-content-type-options") !== "nosniff") return `${status} without the security headers`;
    if (operation === null) {
      if (isAnothers(request)) return null;
      if (status !== 404 && status !== 405) return `answered ${status}, expected 404 or 405`;
      return type.endsWith("json") ? null : `answered ${status} as ${JSON.stringify(type)}`;
    }
    const { operationId } = operation;
    const documented = operation.responses[status];
    if (documented === undefined) return `${operationId} says nothing of ${status}: ${body.slice(0, 300)}`;
    if (documented.content === undefined)
      return body === "" ? null : `${status} has a body, and should have none`;
    const content = documented.content[type];
    if (content === undefined) return `${operationId} says nothing of ${status} as ${JSON.stringify(type)}`;
    if (!/[/+]json$/.test(type)) return null;
    let json: unknown;
    try {
      json = JSON.parse(body);
    } catch {
      return `${status} is no JSON: ${body.slice(0, 300)}`;
    }
    const isRefused = status === 422 || status === 400;
    if (
      isRefused &&
      /(Too (small|big): |Invalid (input|option|ISO|string|GUID)|Unrecognized key)/.test(body)
    ) {
      return `${status} in the validator's words: ${body.slice(0, 300)}`;
    }
    const wrong = compile(`${operationId} ${status} ${type}`, content.schema).safeParse(json).error?.issues;
    return wrong === undefined ? null : `${status} breaks its schema: ${JSON.stringify(wrong).slice(0, 300)}`;
  };
}

function shown({ headers, body }: FuzzRequest): string {
  const { authorization, ...others } = headers;
  const token = authorization === undefined ? "no token" : "a token";
  return `${token}, ${JSON.stringify(others)}, ${JSON.stringify(body?.slice(0, 300) ?? null)}`;
}
