// Telnet commands, RFC 854: IAC, then what to do; the negotiation of an option has the option behind it.
const IAC = 0xff;
const SE = 0xf0;
const SB = 0xfa;
const WILL = 0xfb;
const DONT = 0xfe;

/**
 * The longest subnegotiation that is taken for one, bytes. Those of serial ports (RFC 2217) have up to 8. Beyond it
 * the bytes were noise, and prints behind them must not vanish.
 */
const subnegotiationBytesMax = 64;

/**
 * Takes telnet's commands out of what a device server sends that speaks telnet: negotiation, keepalives (NOP),
 * settings of its serial port. An option's number may look like STX, ETX or LF, so they go before frames are cut.
 * A doubled IAC is one byte 0xff of the text; an IAC before what is no command stays as it is. One for a connection;
 * a sequence may be cut anywhere.
 */
export class TelnetFilter {
  /** Bytes of a command not yet ended, beginning with IAC. */
  #held: number[] = [];

  /** What of `bytes`, with what was held back before, is text: `bytes` itself where there is no telnet in it. */
  push(bytes: Uint8Array): Uint8Array {
    if (this.#held.length === 0 && !bytes.includes(IAC)) return bytes;
    const text: number[] = [];
    for (const byte of bytes) this.#take(byte, text);
    return Uint8Array.from(text);
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
    } else if (command >= WILL && command <= DONT && held.length < 3) {
      return;
    }
    this.#held = [];
  }
}
