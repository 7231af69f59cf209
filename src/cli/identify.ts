import type { Command } from "commander";
import type { Io } from "./io.ts";

const help = `
What fits is printed best first: how sure it is (1: nothing else looks so), with what prints end, what they say, what each print
would be, and how to read them so. Where no dialect looks like the prints, but they share one layout, a format string that reads all of
them comes first. Nothing is adopted. With --json: {"dialects":[{"dialect","confidence","title","terminator","units","marks",
"open","prints","command","source"}],"formats":[{"format","open","prints","command","source"}]}.

Exit codes: 0 a dialect or a format fits; 1 none fits, or the file cannot be read; 2 the command line is wrong.`;

/** `prepuff identify`: which dialects fit the bytes of an indicator. */
export function addIdentifyCommand(program: Command, io: Io): void {
  program
    .command("identify")
    .description("say how an indicator talks, by bytes of it from a file or standard input")
    .argument("[file]", "the bytes; -: standard input", "-")
    .option("--json", "print one JSON object")
    .addHelpText("after", help)
    .action(async (file: string, { json = false }: { json?: boolean }) => {
      const { identifyFile } = await import("./read/identify-file.ts");
      await identifyFile(file, json, io);
    });
}
