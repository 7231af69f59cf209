import type { Config } from "../config/config.ts";
import { splitDatabaseUrl } from "../config/mask.ts";
import { hidden, redactText } from "./redact.ts";

/** A shorter text is no secret, and masking it would make other text unreadable. */
const lengthMin = 4;
/** In longer texts masking a plain word (a password `postgres`) would make them unreadable. */
const lengthMinForPeople = 8;

/** Every secret of a configuration: tokens, and what is secret in its URLs. */
export function secretsOf({ tokens, upstream, databaseUrl, mail }: Secretive): string[] {
  return [
    ...Object.values(tokens).filter((token) => typeof token === "string"),
    ...(upstream === null ? [] : upstreamSecrets(upstream)),
    ...urlSecrets(databaseUrl ?? ""),
    mail?.password ?? "",
  ];
}

type Secretive = Pick<Config, "tokens" | "upstream" | "databaseUrl"> & Partial<Pick<Config, "mail">>;

/** What may not be seen of what is sent to the web application. */
export function upstreamSecrets({ url, token }: { readonly url: string; readonly token: string | null }) {
  return [token ?? "", ...urlSecrets(url)];
}

/**
 * The password of a URL, the user's name where there is none, both as basic authentication writes them, the values of the
 * query and the part behind `#`: each as it stands there and decoded.
 */
export function urlSecrets(text: string): string[] {
  if (!text.includes("://")) return [];
  const url = URL.canParse(text) ? new URL(text) : null;
  const { user, password } = splitDatabaseUrl(text) ?? {
    user: url?.username ?? "",
    password: url?.password ?? "",
  };
  const [name, word] = [decoded(user ?? ""), decoded(password ?? "")];
  const queryAt = text.indexOf("?");
  const pairs = queryAt < 0 ? [] : (text.slice(queryAt + 1).split("#")[0] ?? "").split("&");
  const values = pairs.flatMap((pair) => {
    const key = pair.includes("=") ? (pair.split("=", 1)[0] ?? "") : "";
    const value = pair.includes("=") ? pair.slice(key.length + 1) : pair;
    return isPlain(key, value) ? [] : [value, decoded(value), decoded(value.replaceAll("+", " "))];
  });
  const fragment = url?.hash.slice(1) ?? "";
  return [
    ...(word === "" ? [user ?? "", name] : [password ?? "", word, base64(`${name}:${word}`)]),
    ...values,
    ...[fragment, decoded(fragment)],
  ];
}

const tellingKey = /token|key|secret|pass|pwd|auth|sig|cred|code|session/i;

/** `?plant=Leeds` is a setting: masking every "Leeds" is of no use. */
function isPlain(key: string, value: string): boolean {
  return key !== "" && !tellingKey.test(key) && value.length < lengthMinForPeople;
}

/** Makes the function that takes these secrets out of a text, however they are written there, and what looks like one. */
export function createCleaner(secrets: readonly string[]): (text: string) => string {
  const hide = createHider(secrets, lengthMin);
  return (text) => redactText(hide(text));
}

/** Makes the function that takes a configuration's secrets out of texts for people: the log, health, what was found. */
export function createSecretHider(config: Secretive): (line: string) => string {
  const { user = null, database = "" } = splitDatabaseUrl(config.databaseUrl ?? "") ?? {};
  // Not a password that is a common name.
  return createHider(
    secretsOf(config).filter((secret) => secret !== user && secret !== database),
    lengthMinForPeople,
  );
}

/** The same for free text, of which also what looks like a secret is hidden. */
export function createTextHider(config: Secretive): (text: string) => string {
  const hide = createSecretHider(config);
  return (text) => hide(redactText(text));
}

function createHider(secrets: readonly string[], length: number): (text: string) => string {
  const known = new Set(secrets.map((text) => text.trim()).filter((text) => text.length >= length));
  if (known.size === 0) return (text) => text;
  // The longest first: a secret may be the beginning of another one.
  const ordered = [...new Set([...known].flatMap(spellings))].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(ordered.map((spelling) => RegExp.escape(spelling)).join("|"), "gi");
  return (text) => text.replace(pattern, hidden);
}

/** As JSON, PHP's JSON, a URL, a URL within a URL, a form, HTML and basic authentication write it. */
function spellings(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const percent = encodeURIComponent(secret);
  const form = new URLSearchParams([["", secret]]).toString().slice(1);
  return [
    ...[secret, json, json.replaceAll("/", "\\/"), percent, encodeURIComponent(percent), form],
    ...[encodeURI(secret), Bun.escapeHTML(secret), base64(secret), base64(secret).replace(/=+$/, "")],
    Buffer.from(secret).toString("base64url"),
  ];
}

const base64 = (text: string) => Buffer.from(text).toString("base64");

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
