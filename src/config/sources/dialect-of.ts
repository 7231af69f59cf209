import type { Dialect } from "../../indicators/dialect.ts";
import type { SourceDialect } from "../../indicators/dialect-names.ts";
import { dialects } from "../../indicators/dialects.ts";
import { compileFormat } from "../../indicators/format/compile-format.ts";

/** How a source's indicator talks; null: the print of today, which has a framer of its own. */
export function dialectOf({
  dialect,
  format,
}: {
  readonly dialect: SourceDialect;
  readonly format: string | null;
}): Dialect | null {
  if (dialect !== "format") return dialects.find(({ name }) => name === dialect) ?? null;
  // Checked with the source's other fields.
  const compiled = compileFormat(format ?? "");
  return "dialect" in compiled ? compiled.dialect : null;
}
