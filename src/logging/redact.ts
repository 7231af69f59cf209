const secretKey = /token|authorization|password|passwd|secret|api_?key|cookie/i;
const bearer = /\b(Bearer\s+)[\w.~+/=-]+/gi;
/** A made token, wherever it stands. */
const made = /\bpp_[\w-]{43}/g;
/** `?access_token=…` of any URL or form, also percent-encoded as a part of another one. */
const query =
  /((?:[?&;#]|%3F|%26)[\w.~-]*(?:token|key|secret|passw|pwd|auth|signature|credential|session)[\w.~-]*(?:=|%3D))(?:(?!%26|%23)[^\s&;#"'<>\\])+/gi;
const basic = /\b(Basic\s+)(?=[\w+/-]*[\d+/=])[\w+/-]{6,}=*/gi;
const userinfo = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'@]*(?::[^\s"']*)?@/gi;
/** Lines without any of these hold nothing to hide, and are not taken apart. */
const suspicious =
  /token|auth|passw|pwd|secret|key|signature|credential|session|cookie|bearer|basic|pp_[\w-]{43}|:\/\/[^\s"]*@/i;
// Not escaped by JSON, but a line break (U+0085, U+2028, U+2029) or a terminal's command (U+009B) to some readers.
const unescaped = /[\u007f-\u009f\u2028\u2029]/g;
/** What stands in the place of a secret. */
export const hidden = "[hidden]";

/**
 * A log line (JSON) with every secret hidden and nothing in it that a reader could take for a second line.
 * Works on the finished line, at any depth and also inside errors: pino's own `redact` wants each path by name.
 */
export function redactLine(line: string): string {
  const clean = suspicious.test(line) ? redactJson(line) : line;
  return clean.replace(unescaped, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Free text with bearer tokens, and the passwords and secret parameters of URLs hidden. */
export function redactText(text: string): string {
  return text
    .replace(bearer, `$1${hidden}`)
    .replace(basic, `$1${hidden}`)
    .replace(made, hidden)
    .replace(userinfo, `$1${hidden}@`)
    .replace(query, `$1${hidden}`);
}

function redactJson(line: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    // pino's own lines never get here; if one did, a lost line is better than a shown secret.
    return `{"level":"error","msg":"a log line was left out: it could not be checked for secrets"}\n`;
  }
  const clean = JSON.stringify(parsed, (key, value: unknown) => {
    if (typeof value === "string") return secretKey.test(key) ? hidden : redactText(value);
    // `tokens: {…}` and a numeric password are hidden as well; `hasToken: true` says nothing.
    const isPlain = value === null || typeof value === "boolean";
    return !isPlain && secretKey.test(key) ? hidden : value;
  });
  return `${clean}\n`;
}
