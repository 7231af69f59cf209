import type { Command } from "commander";
import type { EffectiveValue } from "../config/load.ts";
import type { Io } from "./io.ts";

/** `prepuff config`: the effective configuration and where each value came from. */
export function addConfigCommand(program: Command, io: Io): void {
  program
    .command("config")
    .description("print the effective configuration, secrets masked, and where each value came from")
    .option("--json", "print JSON")
    .option("--list", "print every variable with its default and its purpose instead")
    .action(async (options: { json?: true; list?: true }) => {
      io.stdout.write(options.list ? await list() : await effective(io, options.json === true));
    });
}

async function effective(io: Io, asJson: boolean): Promise<string> {
  const [{ loadConfig }, { printable }] = await Promise.all([
    import("../config/load.ts"),
    import("../config/fault.ts"),
  ]);
  const { values, warnings } = loadConfig({ env: io.env, cwd: io.cwd, isTty: io.stdout.isTty });
  if (asJson) return `${JSON.stringify({ variables: values, warnings }, null, 2)}\n`;
  for (const warning of warnings) io.stderr.write(`warning: ${printable(warning)}\n`);
  const row = ({ name, value, origin }: EffectiveValue) => [name, printable(value), printable(origin)];
  return table([["VARIABLE", "VALUE", "FROM"], ...values.map(row)]);
}

async function list(): Promise<string> {
  const { variables } = await import("../config/variables.ts");
  const rows = variables.map(({ name, defaultText, description }) => [name, defaultText, description]);
  return table([["VARIABLE", "DEFAULT", "WHAT IT IS"], ...rows]);
}

/** Rows of equal length as aligned columns. */
function table(rows: readonly (readonly string[])[]): string {
  const width = (column: number) => Math.max(...rows.map((row) => Bun.stringWidth(row[column] ?? "")));
  const widths = (rows[0] ?? []).map((_, column) => width(column));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - Bun.stringWidth(cell)))
      .join("  ")
      .trimEnd();
  return `${rows.map(line).join("\n")}\n`;
}
