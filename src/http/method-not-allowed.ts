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

/** What stands for an id or a name in a path: no sign that could be written in another way. */
const plain = /^[\w.~-]+$/;

/** Whether a path is one of the route pattern's, as `/api/jobs/7` of `/api/jobs/:id`. */
export function isMatch(pattern: string, path: string): boolean {
  const wanted = pattern.split("/");
  const given = path.split("/");
  return (
    wanted.length === given.length &&
    wanted.every((part, index) =>
      part.startsWith(":") ? plain.test(given[index] ?? "") : part === given[index],
    )
  );
}
