import { buildBoard } from "./macro.ts" with { type: "macro" };

/** A script or a stylesheet of the pages; the name has a hash of the content. */
export interface BuiltFile {
  readonly name: string;
  readonly text: string;
}

// Put in by the macro: in the binary this is a literal.
export const builtFiles: readonly BuiltFile[] = await buildBoard();
