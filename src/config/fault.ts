/** One thing that is wrong with the configuration. None of its texts ever holds a secret. */
export interface Fault {
  /** The variable, or the file and key, that has to change. */
  readonly subject: string;
  /** What was given and what is expected. */
  readonly problem: string;
  /** How to fix it. */
  readonly hint: string;
}

/** The fault as one line for people. */
export function faultLine(fault: Fault): string {
  return `${fault.subject}: ${fault.problem}. ${fault.hint}`;
}

/** The configuration cannot be used. Holds every fault at once, so that all can be fixed after one start. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(readonly faults: readonly Fault[]) {
    super(faults.map(faultLine).join("\n"));
  }
}

export const notShown = "a value that is not shown";

// C0, DEL, C1, line separators and direction marks: none may reach a terminal or forge a second line.
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const quotedLengthMax = 80;

/** `text` on one line, with unprintable characters as `\u{…}`. */
export function printable(text: string): string {
  return text.replace(unprintable, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}

/** `text` in double quotes, printable, cut after 80 characters. */
export function quote(text: string): string {
  const characters = [...text];
  const shown = characters.slice(0, quotedLengthMax).join("").replaceAll("\\", "\\\\");
  return `"${printable(shown)}${characters.length > quotedLengthMax ? "…" : ""}"`;
}
