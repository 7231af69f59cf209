import { resolve } from "node:path";
import { errorCode } from "../runtime/error-code.ts";
import { type Fault, quote } from "./fault.ts";
import { didYouMean } from "./suggest.ts";
import { type Name, type Variable, variables } from "./variables.ts";

/** Where a value came from, and the value as it was written there. */
export interface Text {
  readonly text: string;
  readonly from: "environment" | "file" | "settings";
  /** What has to change to change the value: `PREPUFF_SCALE_PORT`, `./settings.json: port`. */
  readonly subject: string;
  /** The whole path of the file that it was read from, where it was one of its own. */
  readonly path?: string;
  /** For `prepuff config`: `environment`, `file /run/secrets/admin`, `./settings.json: port`. */
  readonly origin: string;
  /** How a good value is written in this place. */
  readonly example: (value: string) => string;
}

export type Texts = ReadonlyMap<Name, Text>;
export type Env = Readonly<Record<string, string | undefined>>;
/** Reads a whole file as UTF-8; throws what `node:fs` throws. */
export type ReadFile = (path: string) => string;

/**
 * Reads the environment, directly or through `*_FILE`. A variable that is set but empty counts as not set.
 *
 * @returns `broken`: what is set, but so that it cannot be read; `faults` says why.
 */
export function readEnvironment(
  env: Env,
  cwd: string,
  readFile: ReadFile,
): { texts: Map<Name, Text>; broken: Name[]; faults: Fault[] } {
  const texts = new Map<Name, Text>();
  const broken: Name[] = [];
  const faults: Fault[] = [];
  for (const variable of variables) {
    const { name } = variable;
    const direct = env[name] ?? "";
    const path = env[`${name}_FILE`] ?? "";
    if (direct !== "" && path !== "") {
      broken.push(name);
      faults.push({
        subject: `${name} and ${name}_FILE`,
        problem: "both are set, expected one of them",
        hint: "Leave one of them out",
      });
    } else if (direct !== "") {
      texts.set(name, {
        text: direct.trim(),
        from: "environment",
        subject: name,
        origin: "environment",
        example: (value) => `${name}=${value}`,
      });
    } else if (path !== "") {
      const read = readValueFile(variable, path, cwd, readFile);
      if ("text" in read) texts.set(name, read);
      else {
        broken.push(name);
        faults.push(read);
      }
    }
  }
  faults.push(...unknownVariables(env));
  return { texts, broken, faults };
}

function readValueFile(variable: Variable, path: string, cwd: string, readFile: ReadFile): Text | Fault {
  const subject = `${variable.name}_FILE`;
  const shown = showPath(path, variable.secret === true);
  try {
    const text = readFile(resolve(cwd, path)).trim();
    if (text === "") {
      return {
        subject,
        problem: `the file ${shown} is empty`,
        hint: `Write the value of ${variable.name} into it`,
      };
    }
    return {
      text,
      from: "file",
      path: resolve(cwd, path),
      subject,
      origin: `file ${path}`,
      example: (value) => `${value} as the content of ${shown}`,
    };
  } catch (error) {
    return {
      subject,
      problem: `the file ${shown} ${whyUnreadable(error)}`,
      hint: `${subject} takes the path of a file that holds the value, such as /run/secrets/${variable.name.toLowerCase()}`,
    };
  }
}

/**
 * A token that was put into `*_FILE` by mistake would be shown as a path that does not exist. So the path of a
 * secret is shown only where it looks like one.
 */
function showPath(path: string, isSecret: boolean): string {
  return !isSecret || /^(?:\.{0,2}\/|[A-Za-z]:\\)/.test(path) ? quote(path) : "(whose path is not shown)";
}

/** The rest of a sentence that begins with a file's name. */
export function whyUnreadable(error: unknown): string {
  const code = errorCode(error);
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return "does not exist";
    case "EACCES":
    case "EPERM":
      return "may not be read by this user";
    case "EISDIR":
      // Docker makes a folder in the place of a file that is mounted but does not exist on the host.
      return "is a folder, not a file";
    default:
      return `cannot be read (${code ?? "unknown error"})`;
  }
}

function unknownVariables(env: Env): Fault[] {
  const names = variables.map(({ name }) => name);
  const known = new Set<string>(names.flatMap((name) => [name, `${name}_FILE`]));
  return Object.keys(env)
    .filter((name) => name.startsWith("PREPUFF_") && env[name] !== "" && !known.has(name))
    .sort()
    .map((name) => ({
      subject: quoteName(name),
      problem: "there is no such variable",
      hint: didYouMeanVariable(name, names) || "`prepuff config --list` names them all",
    }));
}

function didYouMeanVariable(name: string, names: readonly Name[]): string {
  const isFile = name.endsWith("_FILE");
  const candidates = isFile ? names.map((known) => `${known}_FILE`) : names;
  return didYouMean(name, candidates);
}

function quoteName(name: string): string {
  return /^\w+$/.test(name) && name.length <= 80 ? name : quote(name);
}
