import type { Command } from "commander";
import { errorMessage } from "../runtime/error-message.ts";
import { exitCode, type Io } from "./io.ts";

/** `prepuff journal`: looks into the journal, takes entries out of it, and brings lost ones back. */
export function addJournalCommand(program: Command, io: Io): void {
  const journal = program
    .command("journal")
    .description("check the journal, print its entries, bring entries of a damaged one back");
  journal
    .command("verify")
    .description(
      "check the journal of the data folder, stopped or running; ends with 0 if it is sound, else with 1",
    )
    .option("--json", "as JSON")
    .action(async (options: { json?: true }) => {
      const { verifyJournal, verifyText } = await import("../journal/verify.ts");
      const report = await lookInto(io, verifyJournal);
      io.stdout.write(options.json ? `${JSON.stringify(report)}\n` : verifyText(report));
      if (report.fault !== null) io.finish(exitCode.failed);
    });
  journal
    .command("export")
    .description("print the entries of the journal, one JSON object a line")
    .option("--pending", "only those that Postgres does not have yet, as the running appliance says")
    .action(async (options: { pending?: true }) => {
      const { exportEntries, markedThrough } = await import("../journal/verify.ts");
      const said = options.pending ? await recordedThrough(io) : 0;
      await lookInto(io, (path) =>
        exportEntries(path, said ?? markedThrough(path), (entry) =>
          io.stdout.write(`${JSON.stringify(entry)}\n`),
        ),
      );
    });
  journal
    .command("recover")
    .description("say what can be read of a damaged or set-aside journal; with --into bring it back")
    .argument("<folder-or-file>", "a folder journal-damaged-…, or a journal.db")
    .option("--into <data-folder>", "of a stopped appliance, whose journal gets the entries")
    .action(async (from: string, options: { into?: string }) => {
      const [{ resolve }, { recoverJournal, recoverText }, { systemClock }] = await Promise.all([
        import("node:path"),
        import("../journal/recover.ts"),
        import("../runtime/clock.ts"),
      ]);
      const into = options.into === undefined ? null : resolve(io.cwd, options.into);
      const report = recoverJournal(resolve(io.cwd, from), into, systemClock);
      io.stdout.write(recoverText(report, into));
      if (report.unreadable.length > 0) io.finish(exitCode.failed);
    });
}

/** Works on the journal's path: of a stopped appliance with its folder locked, of a running one beside it. */
async function lookInto<T>(io: Io, work: (path: string, isRunning: boolean) => T): Promise<T> {
  const [{ existsSync }, { join }, { loadConfig }, { FolderInUse, lockFolder }] = await Promise.all([
    import("node:fs"),
    import("node:path"),
    import("../config/load.ts"),
    import("../journal/folder-lock.ts"),
  ]);
  const { dataDir } = loadConfig({ env: io.env, cwd: io.cwd }).config;
  const path = join(dataDir, "journal.db");
  if (!existsSync(path)) throw new Error(`there is no journal in ${dataDir}. Is PREPUFF_DATA_DIR right?`);
  let release: () => void;
  try {
    release = lockFolder(dataDir);
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error;
    return work(path, true);
  }
  try {
    return work(path, false);
  } finally {
    release();
  }
}

/** Up to which number Postgres has this journal, as the running appliance says; null where it does not answer. */
async function recordedThrough(io: Io): Promise<number | null> {
  const [{ adminToken }, { readLedger }] = await Promise.all([import("./token.ts"), import("./ledger.ts")]);
  try {
    const token = await adminToken(io);
    if (token === null) throw new Error("there is no admin token");
    const { received, pending } = await readLedger(io, token);
    return received - pending;
  } catch (error) {
    const why = errorMessage(error);
    io.stderr.write(
      `prepuff: ${why}. So what follows is what was not recorded as far as the journal knows; of the last second before its stop some may be recorded\n`,
    );
    return null;
  }
}
