// Telnet commands, RFC 854: IAC, then what to do; the negotiation of an option has the option behind it.
const IAC = 0xff;
const SE = 0xf0;
const SB = 0xfa;
const WILL = 0xfb;
const WONT = 0xfc;
const DO = 0xfd;
const DONT = 0xfe;

/**
 * The longest subnegotiation that is taken for one, bytes. Those of serial ports (RFC 2217) have up to 8. Beyond it
 * the bytes were noise, and prints behind them must not vanish.
 */
const subnegotiationBytesMax = 64;

/**
 * Takes telnet's commands out of what a device server sends that speaks telnet: negotiation, keepalives (NOP),
 * settings of its serial port. An option's number may look like STX, ETX or LF, so they go before frames are cut.
 * No option that is in use has a digit's number: behind line noise it is the first digit of a scale's id.
 * A doubled IAC is one byte 0xff of the text; an IAC before what is no command stays as it is. One for a connection;
 * a sequence may be cut anywhere.
 *
 * Each option that the other side offers or asks for is refused once: a server that waits for an answer sends nothing else.
 */
export class TelnetFilter {
  /** Bytes of a command not yet ended, beginning with IAC. */
  #held: number[] = [];
  /** Options that were refused, with what was said; most connections have none. */
  #refused: Set<number> | null = null;
  readonly #answer: (bytes: Uint8Array) => void;

  /** @param answer sends bytes to the other side; left out where nothing is to be sent there. */
  constructor(answer: (bytes: Uint8Array) => void = nobody) {
    this.#answer = answer;
  }

  /** What of `bytes`, with what was held back before, is text: `bytes` itself where there is no telnet in it. */
  push(bytes: Uint8Array): Uint8Array {
    if (this.#held.length === 0 && !bytes.includes(IAC)) return bytes;
    const text: number[] = [];
    for (const byte of bytes) this.#take(byte, text);
    return Uint8Array.from(text);
  }

  /** Whether settings that have not ended hold back what may be text. */
  get holdsText(): boolean {
    return this.#held[1] === SB;
  }

  /** Gives up waiting for the end of settings, which line noise never has. @returns what was held back for it. */
  release(): Uint8Array {
    if (!this.holdsText) return new Uint8Array();
    const text = Uint8Array.from(this.#held);
    this.#held = [];
    return text;
  }

  #take(byte: number, text: number[]): void {
    const held = this.#held;
    if (held.length === 0) {
      if (byte === IAC) held.push(byte);
      else text.push(byte);
      return;
    }
    held.push(byte);
    const [, command = 0] = held;
    if (command === IAC) {
      text.push(IAC);
    } else if (command < SE) {
      text.push(...held);
    } else if (command === SB) {
      const ends = held.length > 3 && byte === SE && held.at(-2) === IAC;
      if (!ends && held.length <= subnegotiationBytesMax) return;
      if (!ends) text.push(...held);
    } else if (command >= WILL && command <= DONT) {
      if (held.length < 3) return;
      if (isDigit(byte)) text.push(...held);
      else this.#refuse(command, byte);
    }
    this.#held = [];
  }

  /** WILL and DO want an answer; to WONT and DONT things are as they were. */
  #refuse(command: number, option: number): void {
    if (command !== WILL && command !== DO) return;
    const key = command * 0x100 + option;
    this.#refused ??= new Set();
    if (this.#refused.has(key)) return;
    this.#refused.add(key);
    this.#answer(Uint8Array.of(IAC, command === DO ? WONT : DONT, option));
  }
}

/** One for all: there may be 10,000 connections. */
function nobody(): void {}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
