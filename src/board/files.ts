import { gzipSync } from "node:zlib";
import type { BuiltFile } from "./bundle/built-file.ts";
import { boardIcon, boardPage } from "./page.ts";

/** One file as it is answered. Everything is text, and small: compressed once, kept in memory. */
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
}

let loading: Promise<BoardFiles> | undefined;

/** The board's files; made at the first call, which takes some 200 ms where the source runs. */
export function boardFiles(): Promise<BoardFiles> {
  loading ??= load();
  return loading;
}

async function load(): Promise<BoardFiles> {
  const { builtFiles } = await import("./bundle/files.ts");
  const icon = { name: `icon-${Bun.hash(boardIcon).toString(36)}.svg`, text: boardIcon, isOnDemand: false };
  const all: readonly BuiltFile[] = [...builtFiles, icon];
  const links = all.filter(({ isOnDemand }) => !isOnDemand).map(({ name }) => `/board/${name}`);
  return {
    page: toFile("page.html", boardPage(links)),
    assets: new Map(all.map(({ name, text }) => [name, toFile(name, text)])),
  };
}

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

function toFile(name: string, text: string): BoardFile {
  const plain = new TextEncoder().encode(text);
  const type = types[name.slice(name.lastIndexOf(".") + 1)];
  if (type === undefined) throw new Error(`no media type is known for ${name}`);
  return {
    type,
    plain,
    gzipped: new Uint8Array(gzipSync(plain, { level: 9 })),
    etag: `"${Bun.hash(plain).toString(36)}"`,
  };
}
