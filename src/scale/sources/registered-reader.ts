import type { Source } from "../../config/sources/source.ts";
import { latin1 } from "../frames/bytes.ts";
import type { ConnectionReader } from "../frames/connection-reader.ts";
import type { Origin } from "../intake.ts";
import type { Choice } from "./choice.ts";

/**
 * Reads a connection whose first bytes may tell its source: a device server's registration. Until it is clear they are
 * held; a silence or the end makes it the source of its port and address.
 *
 * @param read makes the reader of a source (null: the default one).
 */
export function createRegisteredReader(
  { source, registered }: Choice,
  origin: Origin,
  read: (source: Source | null) => ConnectionReader,
): ConnectionReader {
  if (registered.length === 0) return read(source);
  let decided: ConnectionReader | null = null;
  let held = "";
  let since = 0;

  function decide(found: Source | null): ConnectionReader {
    origin.source = found;
    decided = read(found);
    if (held !== "") decided.push(Buffer.from(held, "latin1"), since);
    held = "";
    return decided;
  }

  return {
    push(bytes, at) {
      if (decided !== null) {
        decided.push(bytes, at);
        return;
      }
      if (held === "") since = at;
      held += latin1(bytes);
      const found = registered.find(({ registration }) => held.startsWith(registration));
      const mayCome = registered.some(({ registration }) => registration.startsWith(held));
      if (found !== undefined) decide(found.source);
      else if (!mayCome) decide(source);
    },
    silence: (at) => (decided ?? decide(source)).silence(at),
    expire: () => (decided ?? decide(source)).expire(),
    end: () => (decided ?? decide(source)).end(),
    get heldSince() {
      if (decided !== null) return decided.heldSince;
      return held === "" ? null : since;
    },
  };
}
