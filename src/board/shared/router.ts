import { computed, signal } from "@preact/signals";

/** Where the reader is. */
const address = signal(readAddress());

/** `/jobs/7`, without the query. */
export const path = computed(() => address.value.pathname);
export const query = computed(() => address.value.searchParams);

/** Goes to an address of the board, `/bags?verdict=under`; with `replace` the one left is not kept in the history. */
export function navigate(to: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  const before = address.value;
  address.value = readAddress();
  if (before.pathname !== address.value.pathname) scrollTo(0, 0);
}

/** Sets or takes out (null) parts of the query of this page. */
export function setQuery(changes: Readonly<Record<string, string | null>>, { replace = true } = {}): void {
  const next = new URLSearchParams(address.value.searchParams);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  navigate(`${address.value.pathname}${text === "" ? "" : `?${text}`}`, { replace });
}

/** Whether the address matches `/jobs/:id`; then with its parts. */
export function match(pattern: string, pathname: string): Readonly<Record<string, string>> | null {
  const wanted = pattern.split("/");
  const given = pathname.split("/");
  if (wanted.length !== given.length) return null;
  const parts: Record<string, string> = {};
  for (const [index, each] of wanted.entries()) {
    const part = given[index] ?? "";
    if (each.startsWith(":") && part !== "") parts[each.slice(1)] = decoded(part);
    else if (each !== part) return null;
  }
  return parts;
}

/** An invalid percent escape is left as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Takes over plain clicks on links of the board, and the browser's back and forward. */
export function startRouter(isPage: (pathname: string) => boolean): void {
  addEventListener("popstate", () => {
    address.value = readAddress();
  });
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link === null || link.target !== "" || link.hasAttribute("download")) return;
    if (link.origin !== location.origin || !isPage(link.pathname)) return;
    // A link within the page is left to the browser, which also moves the focus.
    if (link.hash !== "" && link.pathname === location.pathname) return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  });
}

function readAddress(): URL {
  return new URL(location.href);
}
