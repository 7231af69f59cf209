import type { Command } from "commander";
import type { Report } from "./doctor/examine.ts";
import { exitCode, type Io } from "./io.ts";

/** `prepuff doctor`: what is wrong, and what to do about it; for the people of the plant. */
export function addDoctorCommand(program: Command, io: Io): void {
  program
    .command("doctor")
    .description("find what is wrong, and say what to do about it; ends with 0 if nothing is, else with 1")
    .option("--json", "print JSON")
    .action(async (options: { json?: true }) => {
      const { examine } = await import("./doctor/examine.ts");
      const report = await examine(io);
      io.stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : await asText(report));
      if (!report.ok) io.finish(exitCode.failed);
    });
}

/** The report for people: a line a check, and under a failed one what to do. */
export async function asText({ checks }: Report): Promise<string> {
  const { printable } = await import("../config/fault.ts");
  const width = Math.max(...checks.map(({ name }) => Bun.stringWidth(printable(name))));
  const lines = checks.flatMap((check) => {
    const name = printable(check.name);
    const blanks = " ".repeat(width - Bun.stringWidth(name));
    const line = `${check.state.padEnd(7)}  ${name}${blanks}  ${printable(check.detail)}`;
    return check.remedy === null ? [line] : [line, `         what to do: ${printable(check.remedy)}`];
  });
  const count = (state: string) => `${checks.filter((check) => check.state === state).length} ${state}`;
  return `${lines.join("\n")}\n\n${count("failed")}, ${count("passed")}, ${count("skipped")}\n`;
}
