import { ControlFilter } from "./control-filter.ts";
import { ParityFilter } from "./parity-filter.ts";
import { PatternFilter } from "./pattern-filter.ts";
import { TelnetFilter } from "./telnet.ts";

export interface TransportOptions {
  /** What a device server sends by itself: registrations, heartbeats. Texts of one character a byte. */
  readonly patterns?: readonly string[];
  /** Sends bytes to the other side: refusals of telnet's options. */
  readonly answer?: (bytes: Uint8Array) => void;
  /** Whether any byte may be a part of a frame, as check bytes are. */
  readonly isBinary?: boolean;
}

/**
 * What the way between an indicator and the appliance puts into its bytes, taken out before they are cut into frames:
 * telnet and its negotiation, registrations and heartbeats of device servers, parity bits, XON and XOFF, byte order marks,
 * form feeds and ESC sequences. One for a connection. Where the bytes are cut into pieces makes no difference.
 */
export class Transport {
  readonly #telnet: TelnetFilter;
  readonly #patterns: PatternFilter;
  readonly #parity = new ParityFilter();
  readonly #controls: ControlFilter | null;

  constructor({ patterns = [], answer, isBinary = false }: TransportOptions = {}) {
    this.#telnet = new TelnetFilter(answer);
    this.#patterns = new PatternFilter(patterns);
    this.#controls = isBinary ? null : new ControlFilter();
  }

  /** @returns what of the bytes, and of what was held, an indicator has sent; one character a byte. */
  push(bytes: Uint8Array): string {
    return this.#behindTelnet(this.#telnet.push(bytes));
  }

  /** To be called when nothing has come for a while. @returns what was held, and is nothing of the transport's. */
  silence(): string {
    return this.#release();
  }

  /** To be called when nothing more will come, or what is held has become too old. @returns what was held. */
  end(): string {
    return this.#behindTelnet(this.#telnet.release()) + this.#release();
  }

  /** Whether bytes wait for more. */
  get isHolding(): boolean {
    return (
      this.#telnet.holdsText ||
      this.#patterns.isHolding ||
      this.#parity.isHolding ||
      this.#controls?.isHolding === true
    );
  }

  /** Whether the bytes came with parity bits. */
  get hadParity(): boolean {
    return this.#parity.isSevenBits;
  }

  #behindTelnet(bytes: Uint8Array): string {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
    return this.#behindParity(this.#parity.push(this.#patterns.push(text)));
  }

  #release(): string {
    const text = this.#behindParity(this.#parity.push(this.#patterns.release()) + this.#parity.release());
    return text + (this.#controls?.release() ?? "");
  }

  #behindParity(text: string): string {
    return this.#controls === null ? text : this.#controls.push(text);
  }
}
