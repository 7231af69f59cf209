import { Problem } from "./answer/problem.ts";

interface Route {
  readonly method: string;
  readonly path: string;
}

/** 405 with what is allowed, where the path is one of ours and only the method is not; else null. */
export function methodNotAllowed(
  routes: readonly Route[],
  { method, path }: { readonly method: string; readonly path: string },
): Problem | null {
  const methods = routes.filter((route) => isMatch(route.path, path)).map((route) => route.method);
  const allow = [...new Set(methods)].flatMap((each) => (each === "GET" ? ["GET", "HEAD"] : [each]));
  if (allow.length === 0 || allow.includes(method)) return null;
  return new Problem(405, "method_not_allowed", `${path} takes ${allow.join(", ")}`, {
    headers: { allow: allow.join(", ") },
  });
}

/** What stands for an id in a path: no sign that could be written in another way. */
const plain = /^[\w.~-]+$/;
/** What stands for a name that people gave, the pattern's `:name`. Such a path has nothing below it that a proxy's rule could mean. */
const encoded = /^(?:[\w.~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+$/;

/** Whether a path is one of the route pattern's, as `/api/jobs/7` of `/api/jobs/:id`, `/api/sources/Silo%202` of `/api/sources/:name`. */
export function isMatch(pattern: string, path: string): boolean {
  const wanted = pattern.split("/");
  const given = path.split("/");
  return (
    wanted.length === given.length &&
    wanted.every((part, index) =>
      part.startsWith(":")
        ? (part === ":name" ? encoded : plain).test(given[index] ?? "")
        : part === given[index],
    )
  );
}
