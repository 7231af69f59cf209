import type { Parsed } from "./reading.ts";

/**
 * What one kind of indicator prints. A dialect is chosen for each connection, and the framer asks it whatever
 * depends on the grammar. Texts hold one character a byte (latin1) and are at most 256 long when they come
 * from the framer. No method throws, whatever the text.
 */
export interface Dialect {
  readonly name: string;

  /** What a frame says. */
  parse(frame: string): Parsed;

  /**
   * Whether `line` lacks nothing and so may count without a terminator. False wherever a few bytes more could
   * still make a bag of it: a sender may be slow.
   */
  isWhole(line: string): boolean;

  /**
   * Finds a frame that runs straight into the next one, as printed where no terminator is configured.
   * Returns the length of the frame at the beginning of `line`, 0 where `line` begins with no such pair.
   * With `ended` nothing will follow `line`, and the next frame may be cut off inside its first field.
   *
   * A result above 0 must not change when bytes are appended to `line`: frames would depend on how TCP cut
   * the stream.
   */
  boundary(line: string, ended: boolean): number;
}
