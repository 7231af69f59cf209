import { ConfigError, faultLine } from "../../src/config/fault.ts";
import { type Loaded, loadConfig } from "../../src/config/load.ts";

type Env = Record<string, string>;

/** Loads with nothing but `env` and, in the folder, `files`. */
export function load(env: Env, cwd = "/nowhere", isTty = false): Loaded {
  return loadConfig({ env, cwd, isTty });
}

/** The faults as lines; empty when the configuration is good. */
export function faultsOf(env: Env, cwd = "/nowhere"): string[] {
  try {
    load(env, cwd);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(faultLine);
    throw error;
  }
}
