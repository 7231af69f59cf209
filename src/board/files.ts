import { gzipSync } from "node:zlib";
import type { BuiltFile } from "./bundle/built-file.ts";
import iconPath from "./icon-512.png" with { type: "file" };
import { boardIcon, boardManifest, boardPage } from "./page.ts";

/** One file as it is answered. All are small: compressed once, kept in memory. */
export interface BoardFile {
  readonly type: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly gzipped: Uint8Array<ArrayBuffer>;
  /** RFC 9110: quoted. */
  readonly etag: string;
}

export interface BoardFiles {
  /** The one page; what it shows is decided by the address, in the browser. */
  readonly page: BoardFile;
  /** By name; a name's content never changes. */
  readonly assets: ReadonlyMap<string, BoardFile>;
  /** What browsers ask for that know no better: the icon as a picture. */
  readonly favicon: BoardFile;
}

let loading: Promise<BoardFiles> | undefined;

/** The board's files; made at the first call, which takes some 200 ms where the source runs. */
export function boardFiles(): Promise<BoardFiles> {
  loading ??= load();
  return loading;
}

async function load(): Promise<BoardFiles> {
  const { builtFiles } = await import("./bundle/files.ts");
  const svg = named("icon", "svg", new TextEncoder().encode(boardIcon));
  const png = named("icon", "png", await Bun.file(iconPath).bytes());
  const addresses = { svg: `/board/${svg.name}`, png: `/board/${png.name}` };
  const text = new TextEncoder().encode(boardManifest(addresses));
  const manifest = named("manifest", "webmanifest", text);
  const built = builtFiles.map((file: BuiltFile) => ({
    ...file,
    content: new TextEncoder().encode(file.text),
  }));
  const links = [...built.filter(({ isOnDemand }) => !isOnDemand), svg, png, manifest].map(
    ({ name }) => `/board/${name}`,
  );
  return {
    page: toFile("page.html", new TextEncoder().encode(boardPage(links))),
    assets: new Map([...built, svg, png, manifest].map(({ name, content }) => [name, toFile(name, content)])),
    favicon: toFile(png.name, png.content),
  };
}

type Content = Uint8Array<ArrayBuffer>;

/** With a hash of the content in its name, as the bundler names its files. */
function named(
  name: string,
  kind: string,
  content: Content,
): { readonly name: string; readonly content: Content } {
  return { name: `${name}-${Bun.hash(content).toString(36)}.${kind}`, content };
}

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  png: "image/png",
  webmanifest: "application/manifest+json",
};

function toFile(name: string, plain: Content): BoardFile {
  const type = types[name.slice(name.lastIndexOf(".") + 1)];
  if (type === undefined) throw new Error(`no media type is known for ${name}`);
  return {
    type,
    plain,
    gzipped: new Uint8Array(gzipSync(plain, { level: 9 })),
    etag: `"${Bun.hash(plain).toString(36)}"`,
  };
}
