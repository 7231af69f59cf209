import { securityHeaders } from "./security-headers.ts";

/** Both themes have a contrast of 4.5 at least; the colors are those of the board. */
const style = `
  :root {
    color-scheme: light dark;
    --ground: light-dark(#eef1f4, #0e1216);
    --card: light-dark(#ffffff, #171d23);
    --text: light-dark(#14202b, #eef3f7);
    --quiet: light-dark(#4a5865, #a9b6c2);
    --line: light-dark(#7d8a96, #74818d);
    --link: light-dark(#0b5cad, #7fbcff);
    --mark: light-dark(#fff1cc, #3a2c05);
  }
  * { box-sizing: border-box }
  body { margin: 0; background: var(--ground); color: var(--text); font: 1.05rem/1.5 system-ui, sans-serif }
  main { max-width: 46rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere }
  a, a:visited { color: var(--link) }
  h2 { margin-top: 3rem; border-top: 2px solid var(--line); padding-top: .5rem }
  h2:target { background: var(--mark) }
  pre { padding: .5rem; background: var(--card); white-space: pre-wrap }
  td, th { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0 }
  .card { margin-top: 8vh; padding: 1rem 1.5rem 1.5rem; background: var(--card); border-radius: .75rem }
  .quiet { color: var(--quiet) }
  .ways { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.5rem 0 0; padding: 0; list-style: none }
  .ways a {
    display: block; min-height: 3rem; padding: .65rem 1.1rem; border: 1px solid var(--line); border-radius: .6rem;
    font-weight: 600; text-decoration: none
  }
`;
const styleHash = new Bun.CryptoHasher("sha256").update(style).digest("base64");

/** Of an answer with such a page: its own style is the only one that the policy lets in. */
export const plainPageHeaders: Readonly<Record<string, string>> = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": (securityHeaders["content-security-policy"] ?? "").replace(
    "style-src 'self'",
    `style-src 'sha256-${styleHash}'`,
  ),
};

/**
 * A page without scripts and other files: for people who cannot sign in, and for when the board is not available.
 *
 * @param page.main HTML; whatever comes from outside is escaped in it.
 */
export function plainPage(page: {
  readonly title: string;
  readonly language: string;
  readonly main: string;
}) {
  return `<!doctype html>
<html lang="${page.language}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${Bun.escapeHTML(page.title)}</title>
    <link rel="icon" href="data:,">
    <style>${style}</style>
  </head>
  <body>
    <main>
${page.main}
    </main>
  </body>
</html>
`;
}
