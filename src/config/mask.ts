/** What stands in place of a secret. Of one length, so that it does not tell the secret's. */
export const mask = "********";

/**
 * An http(s) URL as people may see it: no user name, password or query value.
 * null: its parts cannot be told apart for certain, so nothing of it may be shown.
 */
export function maskHttpUrl(text: string): string | null {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  const userinfo = url.username === "" && url.password === "" ? "" : `${mask}@`;
  if (url.pathname.includes("@") || url.hash !== "") return null;
  return `${url.protocol}//${userinfo}${url.host}${url.pathname}${maskQuery(url.search.slice(1))}`;
}

/** A `postgres://` URL, taken apart. `hosts` may be several, as libpq and postgres.js read them. */
export interface DatabaseUrlParts {
  readonly scheme: string;
  readonly user: string | null;
  readonly password: string | null;
  readonly hosts: readonly { readonly host: string; readonly port: string | null }[];
  readonly database: string;
  readonly query: string;
}

// A raw `@`, `/`, `?` or `#` in a password would shift every border after it (and show half of the password):
// such a URL is refused as a whole, never guessed at.
const databaseUrl =
  /^(postgres(?:ql)?):\/\/(?:([^:@/?#\s]*)(?::([^:@/?#\s]*))?@)?([^@/?#\s]+)(?:\/([^@/?#\s]*))?(?:\?([^@#\s]*))?$/;

/** Takes a `postgres://` URL apart, or null when it is none. */
export function splitDatabaseUrl(text: string): DatabaseUrlParts | null {
  const found = databaseUrl.exec(text);
  if (found === null) return null;
  const [, scheme = "", user, password, authority = "", database = "", query = ""] = found;
  const hosts: { host: string; port: string | null }[] = [];
  for (const part of authority.split(",")) {
    const host = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/.exec(part);
    if (host === null) return null;
    hosts.push({ host: host[1] ?? "", port: host[2] ?? null });
  }
  return { scheme, user: user ?? null, password: password ?? null, hosts, database, query };
}

/** A database URL as people may see it, its password and unknown parameters masked; null: nothing may be shown. */
export function maskDatabaseUrl(text: string): string | null {
  const parts = splitDatabaseUrl(text);
  if (parts === null) return null;
  const password = parts.password === null ? "" : `:${mask}`;
  const userinfo = parts.user === null ? "" : `${parts.user}${password}@`;
  const hosts = parts.hosts.map(({ host, port }) => (port === null ? host : `${host}:${port}`)).join(",");
  const database = parts.database === "" ? "" : `/${parts.database}`;
  return `${parts.scheme}://${userinfo}${hosts}${database}${maskQuery(parts.query)}`;
}

const harmless = new Set([
  "sslmode",
  "sslrootcert",
  "sslcert",
  "sslkey",
  "application_name",
  "connect_timeout",
  "target_session_attrs",
]);

function maskQuery(query: string): string {
  if (query === "") return "";
  const shown = query.split("&").map((pair) => {
    const key = pair.split("=", 1)[0] ?? "";
    // Without "=" the whole pair could be the secret itself.
    if (!pair.includes("=")) return mask;
    return harmless.has(key) ? pair : `${key}=${mask}`;
  });
  return `?${shown.join("&")}`;
}
