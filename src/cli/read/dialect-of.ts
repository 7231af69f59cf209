import type { Command } from "commander";
import type { Dialect } from "../../indicators/dialect.ts";
import type { DialectName } from "../../indicators/dialect-names.ts";
import { dialects } from "../../indicators/dialects.ts";
import { compileFormat } from "../../indicators/format/compile-format.ts";
import { exitCode } from "../io.ts";

/** The dialect of a name, or of a format string; ends the command where the string is not understood. */
export function dialectOf(name: DialectName, format: string | undefined, command: Command): Dialect | "line" {
  if (format === undefined) return dialects.find((one) => one.name === name) ?? "line";
  const compiled = compileFormat(format);
  if ("dialect" in compiled) return compiled.dialect;
  const { token, character, message } = compiled.fault;
  return command.error(`error: --format: ${token}, at character ${character}, ${message}.`, {
    exitCode: exitCode.usage,
  });
}
