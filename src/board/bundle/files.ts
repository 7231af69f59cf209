import type { BuiltFile } from "./built-file.ts";
import { buildBoard } from "./macro.ts" with { type: "macro" };

// Put in by the macro: in the binary this is a literal.
export const builtFiles: readonly BuiltFile[] = await buildBoard();
