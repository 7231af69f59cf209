import { type AnyElysia, Elysia } from "elysia";
import { pageAssets, pageHtml, pageScript, pageStyles } from "./openapi-assets.ts";
import { type OpenApiDocument, openApiDocument } from "./openapi-document.ts";

/**
 * The API's description: `/openapi/json` for machines, `/openapi` for people. Open, for it holds nothing that
 * the program's own documentation does not say. Plants have no internet: the page loads only from here.
 *
 * @param app gives the app of which this is a part.
 */
export function openApiController(app: () => AnyElysia) {
  let document: OpenApiDocument | undefined;
  return new Elysia({ name: "openapi", tags: ["openapi"] })
    .get(
      "/openapi/json",
      () => {
        document ??= openApiDocument(app());
        return document;
      },
      {
        detail: {
          summary: "This document",
          responses: { 200: described("application/json", "OpenAPI 3.1") },
        },
      },
    )
    .get("/openapi", () => text(pageHtml, "text/html"), {
      detail: { summary: "This document for people", responses: { 200: described("text/html", "A page") } },
    })
    .get("/openapi/page.css", () => text(pageStyles, "text/css"), { detail: { hide: true } })
    .get("/openapi/page.js", () => text(pageScript, "text/javascript"), { detail: { hide: true } })
    .get("/openapi/swagger-ui.js", () => file(pageAssets.bundle, "text/javascript"), {
      detail: { hide: true },
    })
    .get("/openapi/swagger-ui.css", () => file(pageAssets.styles, "text/css"), { detail: { hide: true } });
}

function text(content: string, type: string): Response {
  return new Response(content, { headers: { "content-type": `${type}; charset=utf-8` } });
}

function file(path: string, type: string): Response {
  return new Response(Bun.file(path), {
    headers: { "content-type": `${type}; charset=utf-8`, "cache-control": "max-age=3600" },
  });
}

function described(type: string, description: string) {
  return {
    description,
    content: { [type]: { schema: { type: type === "application/json" ? "object" : "string" } } },
  } as const;
}
