import type { Command } from "commander";
import type { Difference } from "../captures/compare.ts";
import { escapeBytes } from "../scale/frames/bytes.ts";
import { exitCode, type Io } from "./io.ts";

const help = `
Of each file: how many prints, how many became the same, and each that did not, with its time in the capture, its bytes, what
the capture's own version made of it, and what this one does. docs/captures.md says what is left out.

Exit codes: 0 nothing differs; 1 something does, or a file cannot be read; 2 the command line is wrong.`;

/** `prepuff compare`: what this version makes of captures, beside what their own versions made of them. */
export function addCompareCommand(program: Command, io: Io): void {
  program
    .command("compare")
    .description(
      "read captures with this version, and list what became something else when they were captured",
    )
    .argument("<file...>", "made by prepuff capture")
    .addHelpText("after", help)
    .action(async (files: readonly string[]) => {
      const [{ compareCapture }, { readCaptureFile }] = await Promise.all([
        import("../captures/compare.ts"),
        import("./read-capture.ts"),
      ]);
      for (const file of files) {
        const capture = readCaptureFile(io, file);
        const { prints, same, differences } = compareCapture(capture);
        const { program: version, at } = capture.header;
        io.stdout.write(
          `${file} (version ${version}, ${at}): ${prints} prints, ${same} the same, ${differences.length} different\n`,
        );
        for (const difference of differences) io.stdout.write(`  ${lineOf(difference)}\n`);
        if (differences.length > 0) io.finish(exitCode.failed);
      }
    });
}

function lineOf({ t, connection, raw, before, now }: Difference): string {
  const seconds = (t / 1000).toFixed(3);
  const bytes = escapeBytes(Buffer.from(raw, "latin1"));
  return `${seconds} s, connection ${connection}, "${bytes}": before ${said(before)}, now ${said(now)}`;
}

function said(verdict: Difference["before"] | Difference["now"]): string {
  if (verdict === null) return "no print";
  if (verdict.kind === "bag") return `a bag of ${verdict.weight} ${verdict.unit} of scale ${verdict.scale}`;
  const { reason, scale } = verdict;
  return `rejected as ${reason}${scale === null ? "" : ` of scale ${scale}`}`;
}
