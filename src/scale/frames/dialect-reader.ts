import type { Dialect, DialectSettings } from "../../indicators/dialect.ts";
import type { Print } from "../../indicators/print.ts";
import { PrintReader } from "../../indicators/print-reader.ts";
import { Transport, type TransportOptions } from "../../indicators/transport/transport.ts";
import type { ConnectionReader } from "./connection-reader.ts";

/** @param hadParity its bytes came with parity bits, which are taken off. */
export type OnDialectPrint = (print: Print, raw: string, hadParity: boolean) => void;

/** Reads the prints of an indicator that talks in a dialect of its own. */
export function createDialectReader(
  dialect: Dialect,
  settings: DialectSettings,
  onPrint: OnDialectPrint,
  way: Omit<TransportOptions, "isBinary"> = {},
): ConnectionReader {
  const transport = new Transport({ ...way, isBinary: dialect.isBinary === true });
  const prints = new PrintReader(dialect, settings, (print, raw) => onPrint(print, raw, transport.hadParity));
  let since = 0;

  return {
    push(bytes, at) {
      if (!prints.isHolding && !transport.isHolding) since = at;
      prints.push(transport.push(bytes));
    },
    silence() {
      prints.push(transport.silence());
      prints.silence();
    },
    expire() {
      prints.push(transport.end());
      prints.giveUp("stale");
    },
    end() {
      prints.push(transport.end());
      prints.end();
    },
    get heldSince() {
      return prints.isHolding || transport.isHolding ? since : null;
    },
  };
}
