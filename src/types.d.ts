declare module "*.sql" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: a text import has only a default export
  export default text;
}

declare module "*.md" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: a text import has only a default export
  export default text;
}

declare module "*.png" {
  const path: string;
  // biome-ignore lint/style/noDefaultExport: a file import has only a default export
  export default path;
}

/** For the bundler: it takes a stylesheet's import for a file of the bundle. */
declare module "*.css";
