import styles from "swagger-ui-dist/swagger-ui.css" with { type: "file" };
import bundle from "swagger-ui-dist/swagger-ui-bundle.js" with { type: "file" };

/** Files that a compiled binary carries in itself. */
export const pageAssets = { bundle, styles } as const;

/** No script stands in the page itself: the content security policy allows none. */
export const pageHtml = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Pre-Puff API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/openapi/swagger-ui.css">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/openapi/swagger-ui.js"></script>
    <script src="/openapi/page.js"></script>
  </body>
</html>
`;

/**
 * `validatorUrl: null` keeps the page from showing the document to a validator on the internet; and the token
 * that somebody types in stays in the page.
 */
export const pageScript = `SwaggerUIBundle({
  url: "/openapi/json",
  dom_id: "#swagger-ui",
  presets: [SwaggerUIBundle.presets.apis],
  validatorUrl: null,
  persistAuthorization: false,
  deepLinking: true,
});
`;
