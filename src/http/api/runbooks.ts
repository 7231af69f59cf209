import { Elysia } from "elysia";
import markdown from "../../../docs/runbooks.md" with { type: "text" };
import { plainPage, plainPageHeaders } from "../answer/plain-page.ts";

/**
 * What to do about each alert, on the appliance itself: whoever is called at night may have no internet and no token.
 * It is this version's document, unchanged, and contains nothing about the plant.
 */
export function runbooksController() {
  const page = plainPage({
    title: "Pre-Puff runbooks",
    language: "en",
    main: Bun.markdown.html(markdown, { headings: { ids: true } }),
  });
  return new Elysia({ name: "runbooks", tags: ["runbooks"] }).get(
    "/runbooks",
    () => new Response(page, { headers: plainPageHeaders }),
    {
      detail: {
        summary: "What to do about each alert",
        responses: {
          200: { description: "A page", content: { "text/html": { schema: { type: "string" } } } },
        },
      },
    },
  );
}
