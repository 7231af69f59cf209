import type { Parsed } from "../../weighing/reading.ts";
import { ETX } from "./bytes.ts";
import type { LineReader } from "./line-reader.ts";

/**
 * The check byte (a block check character) that some devices send behind each ETX, and that is no part of the next frame. It
 * shows itself by standing alone. Made for a connection with its first ETX.
 */
export class CheckByte {
  #isSent: "unknown" | "no" | "yes" = "unknown";
  #isBehindEtx = false;
  /** The byte to come is a check byte, or a separator. */
  #isDue = false;

  /** Nothing but the line that is not ended yet came since an ETX. */
  get isBehindEtx(): boolean {
    return this.#isBehindEtx;
  }

  /** A separator has ended `line`. @returns whether the line was only a check byte, or nothing, behind an ETX. */
  endsLine(line: string, separator: number): boolean {
    const isAlone = this.#isBehindEtx && line.length <= 1;
    if (isAlone) {
      if (line !== "") this.#isSent = "yes";
      else if (separator !== ETX) this.#isNotSent();
    }
    return isAlone;
  }

  /** The separator behind which a new line begins. */
  beginsLine(separator: number): void {
    this.#isBehindEtx = separator === ETX;
    this.#isDue = this.#isBehindEtx && this.#isSent === "yes";
  }

  /** What begins now is behind something else than an ETX. */
  forgetEtx(): void {
    this.#isBehindEtx = false;
  }

  /** Nothing came behind an ETX until a silence. */
  silence(): void {
    if (this.#isBehindEtx) this.#isNotSent();
    this.#isBehindEtx = false;
  }

  /** `piece` of a line without the check byte that it begins with. */
  takeOff(piece: string): string {
    if (!this.#isDue || piece === "") return piece;
    this.#isDue = false;
    return piece.substring(1);
  }

  /** Takes `text`, which stands alone, for the check byte where it may be one. @returns whether it is. */
  isAlone(text: string): boolean {
    if (!this.#isBehindEtx || text.length !== 1) return false;
    this.#isSent = "yes";
    return true;
  }

  /** Whether the print `line` may begin with a check byte; where it cannot, there is none on this connection. */
  mayBegin(line: string, parsed: Parsed & { ok: true }, reader: LineReader): boolean {
    if (!this.#isBehindEtx || this.#isSent !== "unknown") return false;
    const { printedScale } = parsed.reading;
    const rest = reader.parse(line.substring(1));
    if (!rest.ok) this.#isSent = "no";
    return rest.ok && rest.reading.printedScale !== printedScale && !reader.scales.has(printedScale);
  }

  #isNotSent(): void {
    if (this.#isSent === "unknown") this.#isSent = "no";
  }
}
