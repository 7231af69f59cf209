import { invalid, Problem } from "../answer/problem.ts";
import { checkJsonShape, twice } from "./json-shape.ts";
import { checkNoToken } from "./token-place.ts";

/** What a request's body may have, in bytes. Commands are small; three take lists. */
const bytesMax = 4_096;
const longerBodies: ReadonlyMap<string, number> = new Map([
  ["/api/deliveries/retry", 262_144],
  ["/api/deliveries/discard", 262_144],
  ["/api/products/import", 524_288],
]);
/** Of a form. */
const fieldsMax = 50;

export type Media = "json" | "form";
export type Fields = Readonly<Record<string, unknown>>;

/** Exactly these; `charset=utf-8` is the one parameter that is known. */
const mediaTypes: Readonly<Record<Media, RegExp>> = {
  json: /^application\/json[ \t]*(;[ \t]*charset=("utf-8"|utf-8)[ \t]*)?$/i,
  form: /^application\/x-www-form-urlencoded[ \t]*(;[ \t]*charset=("utf-8"|utf-8)[ \t]*)?$/i,
};
const mediaNames: Readonly<Record<Media, string>> = {
  json: "application/json",
  form: "application/x-www-form-urlencoded",
};

interface Wanted {
  /** The route's. */
  readonly path: string;
  readonly media: readonly Media[];
  /** As JSON.parse takes it. */
  readonly reviver?: Parameters<typeof JSON.parse>[1];
  /** What is said of a body that is no JSON; left out: 400. */
  readonly notJson?: () => Problem;
}

/** How long a body of this path may be, in bytes. */
export function bodyLimit(path: string): number {
  return longerBodies.get(path) ?? bytesMax;
}

/**
 * Reads a body and counts it while it comes, whatever its length says; then parses it. No parser of the framework reads
 * anything. To be called when it is known who asks, and from where.
 *
 * @returns undefined where there is none; of a form its fields.
 * @throws Problem 400, 413, 415 or 422.
 */
export async function readBody(request: Request, wanted: Wanted): Promise<unknown> {
  if (!hasBody(request)) return undefined;
  const media = mediaOf(request, wanted.media);
  const limit = bodyLimit(wanted.path);
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge(limit);
  const text = decode(await readBytes(request, limit));
  const value = media === "json" ? parseJson(text, wanted) : parseForm(text);
  if (isFields(value)) checkNoToken(Object.keys(value), "body");
  return value;
}

function parseJson(text: string, { reviver, notJson }: Wanted): unknown {
  checkJsonShape(text);
  try {
    return JSON.parse(text, reviver);
  } catch {
    throw notJson?.() ?? malformed("the body is no JSON");
  }
}

/** Each field once: which one was meant is not guessed. */
function parseForm(text: string): Fields {
  // Counted before anything is made of them.
  let count = 1;
  for (let at = text.indexOf("&"); at !== -1; at = text.indexOf("&", at + 1)) {
    if (++count > fieldsMax) throw invalid({ field: "body", message: `has more than ${fieldsMax} fields` });
  }
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (fields.has(name)) throw invalid(twice(name));
    fields.set(name, value);
  }
  return Object.fromEntries(fields);
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether something is sent, by what the headers say and the stream has. */
export function hasBody({ headers, body }: Request): boolean {
  const length = headers.get("content-length");
  return headers.has("transfer-encoding") || (length === null ? body !== null : Number(length) > 0);
}

async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of request.body ?? []) {
      length += chunk.length;
      if (length > limit) break;
      chunks.push(chunk);
    }
  } catch {
    // A client that disconnects in the middle, or is too slow, is no fault of the appliance.
    throw malformed("the body broke off");
  }
  if (length > limit) throw tooLarge(limit);
  return Buffer.concat(chunks);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw malformed("the body is not UTF-8");
  }
}

function mediaOf({ headers }: Request, wanted: readonly Media[]): Media {
  const encoding = headers.get("content-encoding");
  if (encoding !== null && !/^identity$/i.test(encoding)) {
    throw unsupported(`the body is sent as ${JSON.stringify(encoding.slice(0, 40))}: send it as it is`);
  }
  const type = headers.get("content-type");
  const media = wanted.find((each) => mediaTypes[each].test(type ?? ""));
  if (media !== undefined) return media;
  const names = wanted.map((each) => mediaNames[each]).join(" or ");
  throw unsupported(
    type === null
      ? `the body's type is not said: send the header Content-Type: ${names}`
      : `the body's type is not understood: send the header Content-Type: ${names}, with no parameter but charset=utf-8`,
  );
}

function unsupported(detail: string): Problem {
  return new Problem(415, "unsupported_media_type", detail);
}

function tooLarge(limit: number): Problem {
  return new Problem(413, "body_too_large", `a body may have ${limit} bytes here`);
}

function malformed(detail: string): Problem {
  return new Problem(400, "malformed_body", detail);
}
