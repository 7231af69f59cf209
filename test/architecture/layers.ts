/** Rows from the top; each with its places, a folder or a file of `src`. */
export type Layers = readonly (readonly string[])[];

/** Reads the block ```layers of `docs/architecture.md`: places, then at least two blanks and what the row is. */
export function readLayers(document: string): Layers {
  const [, block] = /^```layers\n([\s\S]*?)^```$/m.exec(document) ?? [];
  if (block === undefined) throw new Error("the document has no block ```layers");
  return block
    .trimEnd()
    .split("\n")
    .map((line) => line.slice(0, 32).trim().split(/\s+/));
}

interface Place {
  readonly name: string;
  readonly row: number;
}

/** Where a file belongs: the longest place that its path begins with. @throws where it has none. */
export function placeOf(file: string, layers: Layers): Place {
  const places = layers.flatMap((names, row) => names.map((name) => ({ name, row })));
  const [found] = places
    .filter(({ name }) => file === name || file === `${name}.ts` || file.startsWith(`${name}/`))
    .sort((a, b) => b.name.length - a.name.length);
  if (found === undefined) throw new Error(`src/${file} stands in no row of the layers`);
  return found;
}
