import styles from "swagger-ui-dist/swagger-ui.css" with { type: "file" };
import bundle from "swagger-ui-dist/swagger-ui-bundle.js" with { type: "file" };
import pageStyles from "./openapi-page.css" with { type: "text" };

/** Files that a compiled binary carries in itself. */
export const pageAssets = { bundle, styles } as const;

export { pageStyles };

/** No script stands in the page itself: the content security policy allows none. */
export const pageHtml = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Pre-Puff API</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/openapi/swagger-ui.css">
    <link rel="stylesheet" href="/openapi/page.css">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/openapi/swagger-ui.js"></script>
    <script src="/openapi/page.js"></script>
  </body>
</html>
`;

/**
 * `validatorUrl: null` keeps the page from sending the document to a validator on the internet; and a token that is
 * typed in stays in the page. The rest makes of it what a screen reader and the keyboard need: no link inside a button
 * (an operation's address still comes into the browser's when it is opened), headings in their order, and names for
 * what has none.
 */
export const pageScript = `const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

const plainLinks = ({ React }) => ({
  wrapComponents: { DeepLink: () => ({ text }) => React.createElement("span", null, text) },
});

function set(selector, attributes) {
  for (const each of document.querySelectorAll("#swagger-ui " + selector)) {
    for (const [attribute, value] of Object.entries(attributes)) each.setAttribute(attribute, value);
  }
}

function name() {
  set("h3.opblock-tag", { "aria-level": 2 });
  set("h4", { "aria-level": 3 });
  set("h5", { "aria-level": 4 });
  set("#servers", { "aria-label": "Server" });
  set(".information-container", { role: "banner" });
  set(".scheme-container", { role: "region", "aria-label": "Server and sign-in" });
  for (const each of document.querySelectorAll(".responses-table[role=region]")) {
    const operation = each.closest(".opblock")?.querySelector(".opblock-summary-path")?.textContent ?? "";
    const method = each.closest(".opblock")?.querySelector(".opblock-summary-method")?.textContent ?? "";
    each.setAttribute("aria-label", each.className.split(" ")[0] + " " + method + " " + operation);
  }
}
new MutationObserver(name).observe(document.querySelector("#swagger-ui"), { childList: true, subtree: true });

SwaggerUIBundle({
  url: "/openapi/json",
  dom_id: "#swagger-ui",
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [plainLinks],
  validatorUrl: null,
  persistAuthorization: false,
  deepLinking: true,
});
`;
