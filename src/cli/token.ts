import type { Command } from "commander";
import { exitCode, type Io } from "./io.ts";

/** `prepuff token`: the admin token in force, alone on standard output, for scripts. */
export function addTokenCommand(program: Command, io: Io): void {
  program
    .command("token")
    .description("print the admin token in force")
    .action(async () => {
      const [{ loadConfig }, { adminTokenPath, readAdminToken }] = await Promise.all([
        import("../config/load.ts"),
        import("../config/admin-token.ts"),
      ]);
      const { config } = loadConfig({ env: io.env, cwd: io.cwd });
      const token = config.tokens.admin ?? readAdminToken(config.dataDir);
      if (token !== null) {
        io.stdout.write(`${token}\n`);
        return;
      }
      io.stderr.write(
        `prepuff: there is no admin token yet in ${adminTokenPath(config.dataDir)}. The first start of "prepuff serve" makes it; or set PREPUFF_ADMIN_TOKEN\n`,
      );
      io.finish(exitCode.failed);
    });
}
