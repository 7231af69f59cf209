import { Elysia } from "elysia";
import { takesGzip } from "../http/answer/accept.ts";
import { pagePaths } from "../http/answer/page-paths.ts";
import { notFound } from "../http/answer/problem.ts";
import { type BoardFile, boardFiles } from "./files.ts";

/** What never changes under its name. */
const forEver = "public, max-age=31536000, immutable";
/** The page names the files of this version: always asked for again, and answered with 304. */
const askAgain = "no-cache";

/**
 * The board's pages. Open: they hold no data, and a browser can only sign in on a page that it may load. What the
 * pages show comes from the API, which is guarded.
 */
export function boardController() {
  const app = new Elysia({ name: "board", tags: ["board"] }).get(
    "/board/:file",
    async ({ params: { file }, request }) => {
      const found = (await boardFiles()).assets.get(file);
      if (found === undefined) throw notFound(`there is no ${file}`);
      return answer(found, request, forEver);
    },
    { detail: { hide: true } },
  );
  app.get("/favicon.ico", async ({ request }) => answer((await boardFiles()).favicon, request, askAgain), {
    detail: { hide: true },
  });
  for (const path of pagePaths) {
    app.get(path, async ({ request }) => answer((await boardFiles()).page, request, askAgain), {
      detail: { hide: true },
    });
  }
  return app;
}

function answer(file: BoardFile, request: Request, caching: string): Response {
  const headers = {
    "content-type": file.type,
    "cache-control": caching,
    etag: file.etag,
    vary: "accept-encoding",
  };
  if (isKnown(request.headers.get("if-none-match"), file.etag)) {
    return new Response(null, { status: 304, headers });
  }
  return takesGzip(request.headers.get("accept-encoding"))
    ? new Response(file.gzipped, { headers: { ...headers, "content-encoding": "gzip" } })
    : new Response(file.plain, { headers });
}

/** Weak comparison, as RFC 9110 wants it: a proxy that compresses makes `W/"…"` of it. */
function isKnown(header: string | null, etag: string): boolean {
  return (header ?? "").split(",").some((each) => each.trim().replace(/^W\//, "") === etag);
}
