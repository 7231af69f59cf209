import { readBytesText } from "../../config/sources/bytes-text.ts";
import type { ListenConnection, Source } from "../../config/sources/source.ts";
import { createAllowList, parseCidr } from "../../runtime/address-ranges.ts";

/** A source that listens, ready to be compared with a connection. */
interface Candidate {
  readonly source: Source;
  readonly port: number | null;
  readonly isFrom: (address: string) => boolean;
  /** How narrow its networks are; one without any: -1. */
  readonly narrowness: number;
  /** Bytes, one character each; empty: none. */
  readonly registration: string;
}

/** What a new connection may be. */
export interface Choice {
  /** The source, as far as port and address tell; null: the default one. */
  readonly source: Source | null;
  /** Sources that count instead where the connection begins with their registration. */
  readonly registered: readonly { readonly source: Source; readonly registration: string }[];
}

const defaultChoice: Choice = { source: null, registered: [] };

/**
 * Decides which source a connection belongs to: by the port, then by the narrowest network that its address is in, then by
 * how it begins; without any of these it is the default source's.
 *
 * @returns a function of the port on which it came (null: the scales' port) and its address.
 */
export function createChooser(sources: readonly Source[]): (port: number | null, address: string) => Choice {
  const candidates = sources.flatMap((source): Candidate[] => {
    const { connection, enabled } = source;
    return enabled && connection.kind === "listen" ? [candidate(source, connection)] : [];
  });
  // Without sources, which is how most plants have it, all connections share one answer.
  if (candidates.length === 0) return () => defaultChoice;
  return (port, address) => {
    const found = candidates
      .filter((one) => one.port === port && one.isFrom(address))
      .sort((a, b) => b.narrowness - a.narrowness);
    return {
      source: found.find(({ registration }) => registration === "")?.source ?? null,
      registered: found.filter(({ registration }) => registration !== ""),
    };
  };
}

function candidate(source: Source, { port, from, registration }: ListenConnection): Candidate {
  const bytes = registration === null ? "" : readBytesText(registration);
  return {
    source,
    port,
    isFrom: createAllowList(from),
    narrowness: Math.max(-1, ...from.map((range) => parseCidr(range)?.prefix ?? -1)),
    // Checked with the source's other fields.
    registration: typeof bytes === "string" ? bytes : "",
  };
}
