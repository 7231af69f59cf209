/**
 * The page that every address of the board gets. It contains only links: the content security policy allows no script
 * and no style in a page.
 *
 * @param files addresses of scripts, stylesheets, icons and the manifest.
 */
export function boardPage(files: readonly string[]): string {
  const links = files.map((file) => {
    if (file.endsWith(".css")) return `<link rel="stylesheet" href="${file}">`;
    if (file.endsWith(".svg")) return `<link rel="icon" type="image/svg+xml" href="${file}">`;
    if (file.endsWith(".png")) return `<link rel="apple-touch-icon" href="${file}">`;
    if (file.endsWith(".webmanifest")) return `<link rel="manifest" href="${file}">`;
    return `<script type="module" src="${file}"></script>`;
  });
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Pre-Puff</title>
    ${links.join("\n    ")}
  </head>
  <body>
    <noscript>This board needs JavaScript.</noscript>
    <div id="board"></div>
  </body>
</html>
`;
}

/** A bag on a scale's beam. */
export const boardIcon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b5d3b"/><path d="M10 8h12l-1.6 3H11.600zM9.500 12.500h13c2 3 2.500 5.500 2.500 8.500 0 2.500-1.500 4-4 4H11c-2.500 0-4-1.500-4-4 0-3 .5-5.500 2.500-8.500z" fill="#fff"/><path d="M11.500 18.500l3.200 3.200 6-6.200" fill="none" stroke="#0b5d3b" stroke-width="2.600"/></svg>
`;

/**
 * For who puts the board on a tablet's home screen: it opens without the browser's bars (W3C, Web Application Manifest).
 *
 * @param icons addresses of the icon, as a drawing and as a picture whose ground fills the square.
 */
export function boardManifest(icons: { readonly svg: string; readonly png: string }): string {
  return JSON.stringify({
    name: "Pre-Puff",
    short_name: "Pre-Puff",
    id: "/",
    start_url: "/",
    scope: "/",
    display: "fullscreen",
    background_color: "#16191d",
    theme_color: "#0b5d3b",
    icons: [
      { src: icons.svg, type: "image/svg+xml", sizes: "any" },
      { src: icons.png, type: "image/png", sizes: "512x512", purpose: "any maskable" },
    ],
  });
}
