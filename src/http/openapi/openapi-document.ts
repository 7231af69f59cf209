import { toOpenAPISchema } from "@elysiajs/openapi";
import type { AnyElysia } from "elysia";
import { z } from "zod";
import packageJson from "../../../package.json" with { type: "json" };
import { problemSchema, scanBagErrorSchema, scanBagPath } from "../answer/problem.ts";
import { sessionCookie } from "../auth/session-cookie.ts";
import answers from "./openapi-answers.json" with { type: "json" };
import { requestExamples } from "./openapi-requests.ts";

type JsonSchema = Readonly<Record<string, unknown>>;
type Content = Readonly<Record<string, { readonly schema: JsonSchema; readonly example?: unknown }>>;

interface Answer {
  readonly description: string;
  readonly headers?: JsonSchema;
  readonly content?: Content;
}

/** One operation of the document. */
export interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly JsonSchema[];
  readonly "x-role"?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: JsonSchema;
    readonly example?: string | number;
  }[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, Answer>>;
}

export interface OpenApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly securitySchemes: JsonSchema;
    readonly schemas: Readonly<Record<string, JsonSchema>>;
  };
}

const version = "3.1.2";
const problemRef = { $ref: "#/components/schemas/Problem" };
const scanBagErrorRef = { $ref: "#/components/schemas/ScanBagError" };

const phrases: Readonly<Record<string, string>> = {
  200: "OK",
  201: "Created",
  204: "Done; there is nothing to say",
  400: "The body is not what its Content-Type says, or a token is where none belongs",
  401: "No token, or a wrong one",
  403: "The token's role is too small",
  404: "There is no such thing",
  409: "It cannot be, as things are",
  413: "The body is too long",
  414: "The address is over 4096 characters",
  415: "The body's Content-Type is not the one that is wanted",
  422: "The request is wrong; every fault is named",
  429: "Too many wrong tokens from this address; see Retry-After",
  500: "A fault of the appliance; the log has it under the id given",
  503: "Not now: the database is away, weighing goes on; see Retry-After",
};

/** The whole API as OpenAPI, made from the routes' own schemas. */
export function openApiDocument(app: AnyElysia): OpenApiDocument {
  // A path with a dot is no file here: files are hidden by their own routes.
  const { paths } = toOpenAPISchema(describable(app), { staticFile: false }, undefined, undefined, version);
  const operations = app.routes.flatMap((route) => {
    const path = route.path.replace(/:([^/]+)/g, "{$1}");
    const method = route.method.toLowerCase();
    const methods: Readonly<Record<string, unknown>> = paths[path] ?? {};
    // What the package made of a route of ours; its own types know less of it than we do.
    const made = methods[method] as (Partial<Operation> & Pick<Operation, "operationId">) | undefined;
    return made === undefined ? [] : [{ path, method, operation: complete(path, method, made, route.hooks) }];
  });
  const byPath: Record<string, Record<string, Operation>> = {};
  for (const { path, method, operation } of operations)
    byPath[path] = { ...byPath[path], [method]: operation };
  return {
    openapi: version,
    ...about,
    paths: tidy(byPath),
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: roles },
        session: { type: "apiKey", in: "cookie", name: sessionCookie, description: session },
      },
      schemas: { Problem: schemaOf(problemSchema), ScanBagError: schemaOf(scanBagErrorSchema) },
    },
  };
}

const roles =
  "One token a role, in the Authorization header only. `admin` may do everything, `operator` also what `viewer` may; `ingest` only scan_bag, `metrics` only /metrics.";

const session =
  "A browser's, made by POST /api/session. Requests that change something must come from the appliance's own pages.";

const about = {
  info: {
    title: "Pre-Puff",
    version: packageJson.version,
    description:
      "Every bag weighed, in order, once. Lists answer `{items, next}`, newest first. Decimals are strings, times RFC 3339 in UTC. Errors are application/problem+json (RFC 9457), except on scan_bag.",
  },
  servers: [{ url: "/" }],
};

/** The package leaves out bodies behind a parser of our own (the guard is one), and cannot say "nothing". */
function describable(app: AnyElysia): AnyElysia {
  const routes = app.routes.map((route) => {
    const { parse: _guard, response, ...hooks } = route.hooks;
    const { 204: _nothing, ...described } = response ?? {};
    return { ...route, hooks: { ...hooks, response: response?.["~standard"] ? response : described } };
  });
  const view = { getGlobalRoutes: () => routes, getGlobalDefinitions: () => ({ type: {} }) };
  // All that it asks of the app.
  return view as unknown as AnyElysia;
}

/** Adds what applies to every route of its kind, and describes bodies and answers as they are sent. */
function complete(
  path: string,
  method: string,
  operation: Partial<Operation> & Pick<Operation, "operationId">,
  hooks: { readonly detail?: { readonly responses?: object }; readonly response?: object },
): Operation {
  const { requestBody, security, description } = operation;
  const role = operation["x-role"];
  const statuses = [
    // Of every address, whatever is there.
    ...["400", "414", "422", "500"],
    ...(method === "get" ? [] : ["413", "415"]),
    // A malformed id is answered like an unknown one.
    ...(path.includes("{") ? ["404"] : []),
    ...(security === undefined ? [] : ["401", "403", "429"]),
  ];
  const problems = statuses.map((status) => [status, problemAnswer(path, status)]);
  const declared = Object.entries(operation.responses ?? {}).map(([status, answer]) => [
    status,
    describeAnswer(path, status, answer),
  ]);
  const nothing = "204" in (hooks.response ?? {}) ? [["204", { description: phrase("204") }]] : [];
  const responses: Record<string, Answer> = Object.fromEntries([...problems, ...nothing, ...declared]);
  // What a route says beside its schemas: other content types of the same answer, as text/csv.
  for (const [status, more] of Object.entries(hooks.detail?.responses ?? {})) {
    const said = responses[status];
    responses[status] = { ...said, ...more, content: { ...said?.content, ...more.content } };
  }
  return withExamples(`${method.toUpperCase()} ${path}`, {
    ...operation,
    ...(role !== undefined && { description: `${description ?? ""}\n\nRole: \`${role}\`.`.trim() }),
    ...(requestBody !== undefined && { requestBody: asJson(path, requestBody) }),
    responses,
  });
}

/** Without an example the page generates one from the schema's patterns, and sends it. */
function withExamples(name: string, operation: Operation): Operation {
  const { parameters, body } = requestExamples[name] ?? {};
  const answer = answerExamples[name];
  const show = (content: Content, example: unknown): Content =>
    Object.fromEntries(Object.entries(content).map(([type, said]) => [type, { ...said, example }]));
  return {
    ...operation,
    ...(operation.parameters && {
      parameters: operation.parameters.map((parameter) => {
        const example = parameters?.[parameter.name];
        return example === undefined ? parameter : { ...parameter, example };
      }),
    }),
    ...(operation.requestBody && {
      requestBody: { ...operation.requestBody, content: show(operation.requestBody.content, body) },
    }),
    responses: Object.fromEntries(
      Object.entries(operation.responses).map(([status, said]) => {
        const json = said.content?.["application/json"];
        if (answer === undefined || json === undefined || !status.startsWith("2")) return [status, said];
        return [
          status,
          { ...said, content: { ...said.content, "application/json": { ...json, example: answer } } },
        ];
      }),
    ),
  };
}

/** As a real appliance gave them. */
const answerExamples: Readonly<Record<string, unknown>> = answers;

function describeAnswer(path: string, status: string, answer: Answer): Answer {
  if (Number(status) >= 400 && isProblem(answer)) return problemAnswer(path, status);
  return {
    ...answer,
    description: answer.description.startsWith("Response for") ? phrase(status) : answer.description,
  };
}

/** By its shape: /health/ready answers 503 with its report. */
function isProblem({ content = {} }: Answer): boolean {
  const properties = content["application/json"]?.schema.properties;
  return (
    typeof properties === "object" &&
    properties !== null &&
    ("detail" in properties || "success" in properties)
  );
}

function problemAnswer(path: string, status: string): Answer {
  const content: Content =
    path === scanBagPath
      ? { "application/json": { schema: scanBagErrorRef } }
      : { "application/problem+json": { schema: problemRef } };
  return { description: phrase(status), content };
}

function phrase(status: string): string {
  return phrases[status] ?? status;
}

/** The package offers forms for every body; only scan_bag says so itself. */
function asJson(path: string, body: NonNullable<Operation["requestBody"]>) {
  const { "application/json": json } = body.content;
  return path === scanBagPath || json === undefined
    ? body
    : { ...body, content: { "application/json": json } };
}

function schemaOf(schema: z.ZodType): JsonSchema {
  return tidy<JsonSchema>(z.toJSONSchema(schema, { io: "output" }));
}

/**
 * Corrects schemas that contradict themselves, and removes what is of no use to a reader: the pattern of a date-time
 * beside its format, the bounds of safe integers, the schema dialect that is OpenAPI 3.1's default.
 */
function tidy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), function (this: Readonly<Record<string, unknown>>, key, inner) {
    if (key === "$schema") return undefined;
    // The package says that it may be null, and leaves null out of the values that it may have.
    if (key === "enum" && Array.isArray(inner) && Array.isArray(this.type) && this.type.includes("null")) {
      return [...new Set([...inner, null])];
    }
    if (key === "pattern" && this.format === "date-time") return undefined;
    const isBound = key === "minimum" || key === "maximum";
    return isBound && Math.abs(Number(inner)) === Number.MAX_SAFE_INTEGER ? undefined : inner;
  });
}
