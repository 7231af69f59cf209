import type { Command } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import type { Io } from "./io.ts";

/** `prepuff support-bundle`: what others need to help, without secrets, in one file. */
export function addSupportBundleCommand(program: Command, io: Io): void {
  program
    .command("support-bundle")
    .description("pack what others need to help, without secrets, into one .tar.gz file")
    .option("--out <file>", "where to; must not exist yet", `./prepuff-support-${stamp(new Date())}.tar.gz`)
    .action(async ({ out }: { out: string }) => {
      const { writeBundle } = await import("./doctor/bundle.ts");
      const { path, files } = await writeBundle(io, out, packageJson.version);
      io.stdout.write(`${path}\n`);
      io.stderr.write(`It holds ${files.join(", ")}; look into it before you send it: tar -tzf, tar -xzf\n`);
    });
}

/** `20260102-083000`, local time. */
function stamp(at: Date): string {
  const pad = (n: number) => String(n).padStart(2, "0");
  const day = `${at.getFullYear()}${pad(at.getMonth() + 1)}${pad(at.getDate())}`;
  return `${day}-${pad(at.getHours())}${pad(at.getMinutes())}${pad(at.getSeconds())}`;
}
