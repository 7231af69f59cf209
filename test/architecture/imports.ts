import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { Glob } from "bun";
import { parseSync, Visitor } from "oxc-parser";

/** One file needs another; both by their paths below the folder that was read. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/**
 * Every import between the files of a folder: of values and of types, re-exports, `import()` of either kind. Read from the
 * syntax, because what a bundler or `Bun.Transpiler` sees has lost the types.
 */
export function importsOf(folder: string): Import[] {
  return [...new Glob("**/*.{ts,tsx}").scanSync(folder)].sort().flatMap((from) =>
    modulesOf(join(folder, from))
      .filter((module) => module.startsWith("."))
      .map((module) => ({ from, to: relative(folder, resolve(folder, dirname(from), module)) })),
  );
}

/** A module that is chosen at run time is a package of a platform, never a file of ours: a relative path is a literal. */
function modulesOf(path: string): string[] {
  const { program } = parseSync(path, readFileSync(path, "utf8"));
  const modules: string[] = [];
  const add = (source: { readonly type: string; readonly value?: unknown } | null) => {
    if (typeof source?.value === "string") modules.push(source.value);
  };
  new Visitor({
    ImportDeclaration: ({ source }) => add(source),
    ExportNamedDeclaration: ({ source }) => add(source),
    ExportAllDeclaration: ({ source }) => add(source),
    ImportExpression: ({ source }) => add(source),
    TSImportType: ({ source }) => add(source),
  }).visit(program);
  return modules;
}

/** Files that import themselves by way of others, each circle with its files; none: []. Tarjan's components. */
export function circlesOf(imports: readonly Import[]): string[][] {
  const next = Map.groupBy(imports, ({ from }) => from);
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];

  function visit(file: string): number {
    const index = order.size;
    let low = index;
    order.set(file, index);
    open.push(file);
    for (const { to } of next.get(file) ?? []) {
      if (!order.has(to)) low = Math.min(low, visit(to));
      else if (open.includes(to)) low = Math.min(low, order.get(to) ?? low);
    }
    lowest.set(file, low);
    if (low === index) {
      const members = open.splice(open.indexOf(file));
      const isSelf = (next.get(file) ?? []).some(({ to }) => to === file);
      if (members.length > 1 || isSelf) circles.push(members.sort());
    }
    return low;
  }

  for (const { from } of imports) if (!order.has(from)) visit(from);
  return circles;
}
