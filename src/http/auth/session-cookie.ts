import { sessionDays } from "../../access/sessions.ts";

export const sessionCookie = "prepuff_session";
/** Who acts on a device. */
const personCookie = "prepuff_person";

/** The session that a request's `Cookie` header brings, or null. */
export function readSessionCookie(request: Request): string | null {
  return readCookie(request, sessionCookie);
}

/** Who acts, as a request's `Cookie` header says, or null. */
export function readPersonCookie(request: Request): string | null {
  return readCookie(request, personCookie);
}

function readCookie(request: Request, name: string): string | null {
  const header = request.headers.get("cookie");
  return header === null ? null : new Bun.CookieMap(header).get(name);
}

/**
 * A `Set-Cookie` that keeps a session, or ends it (null). Scripts cannot read it, and no page of another site can make
 * the browser send it.
 *
 * The one place where `X-Forwarded-Proto` is used: a client that forges it only affects its own cookie.
 */
export function sessionSetCookie(value: string | null, request: Request): string {
  return setCookie(sessionCookie, value, request, sessionDays * 86_400);
}

/** The same for whoever acts on a device; the browser keeps it no longer than it is of use. */
export function personSetCookie(value: string | null, request: Request, seconds: number): string {
  return setCookie(personCookie, value, request, seconds);
}

function setCookie(name: string, value: string | null, request: Request, maxAge: number): string {
  const isSecure =
    new URL(request.url).protocol === "https:" ||
    request.headers.get("x-forwarded-proto")?.split(",")[0]?.trim().toLowerCase() === "https";
  return new Bun.Cookie(name, value ?? "", {
    path: "/",
    httpOnly: true,
    sameSite: "strict",
    secure: isSecure,
    maxAge: value === null ? 0 : maxAge,
  }).toString();
}

const safeMethods = ["GET", "HEAD", "OPTIONS"];

/** Whether a request changes nothing, so that nothing is lost where another site made the browser send it. */
export function isSafe(request: Request): boolean {
  return safeMethods.includes(request.method);
}

/**
 * Where a request was made: on a page of this appliance, on another one, or by a program that is no browser. SameSite
 * alone would let in pages of other ports and names of the same site.
 */
export function madeOn({ headers }: Request): "same_origin" | "elsewhere" | "no_page" {
  const site = headers.get("sec-fetch-site");
  // Set by the browser, and no page can change it. Over plain HTTP browsers leave it out; then `Origin` says it.
  if (site !== null) return site === "same-origin" ? "same_origin" : "elsewhere";
  const origin = headers.get("origin");
  if (origin === null) return "no_page";
  return URL.canParse(origin) && new URL(origin).host === headers.get("host") ? "same_origin" : "elsewhere";
}
