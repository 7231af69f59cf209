import type { Dialect, DialectSettings } from "../../indicators/dialect.ts";
import { type OnPrint, PrintReader } from "../../indicators/print-reader.ts";
import { latin1 } from "./bytes.ts";
import type { ConnectionReader } from "./connection-reader.ts";
import { TelnetFilter } from "./telnet.ts";

/** Reads the prints of an indicator that talks in a dialect of its own. */
export function createDialectReader(
  dialect: Dialect,
  settings: DialectSettings,
  onPrint: OnPrint,
): ConnectionReader {
  const telnet = new TelnetFilter();
  const prints = new PrintReader(dialect, settings, onPrint);
  let since = 0;

  function take(text: string, at: number): void {
    if (!prints.isHolding) since = at;
    prints.push(text);
  }

  return {
    push(bytes, at) {
      take(latin1(telnet.push(bytes)), at);
    },
    silence: () => prints.silence(),
    expire() {
      take(latin1(telnet.release()), since);
      prints.giveUp("stale");
    },
    end() {
      take(latin1(telnet.release()), since);
      prints.end();
    },
    get heldSince() {
      return prints.isHolding || telnet.holdsText ? since : null;
    },
  };
}
