import { Elysia } from "elysia";
import markdown from "../../docs/runbooks.md" with { type: "text" };
import { securityHeaders } from "./security-headers.ts";

const style = `
  body { max-width: 46rem; margin: 0 auto; padding: 1rem; font: 1.05rem/1.5 system-ui, sans-serif; color-scheme: light dark }
  h2 { margin-top: 3rem; border-top: 2px solid; padding-top: .5rem }
  h2:target { background: #fd03 }
  pre { overflow-x: auto }
  td, th { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0 }
`;
const styleHash = new Bun.CryptoHasher("sha256").update(style).digest("base64");

/**
 * What to do about each alert, on the appliance itself: who is called at night may have no internet, and no token.
 * It is the document of this version, word for word, and holds nothing of the plant.
 */
export function runbooksController() {
  const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Pre-Puff runbooks</title>
    <link rel="icon" href="data:,">
    <style>${style}</style>
  </head>
  <body>
${Bun.markdown.html(markdown, { headings: { ids: true } })}
  </body>
</html>
`;
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": (securityHeaders["content-security-policy"] ?? "").replace(
      "style-src 'self'",
      `style-src 'sha256-${styleHash}'`,
    ),
  };
  return new Elysia({ name: "runbooks", tags: ["runbooks"] }).get(
    "/runbooks",
    () => new Response(page, { headers }),
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
