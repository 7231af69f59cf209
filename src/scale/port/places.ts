import { LRUCache } from "lru-cache";

/** Why a connection finds no place. */
export type NoPlace = "too_many_connections" | "too_many_from_address";

/** Addresses that are remembered as those of scales. */
const scaleAddressesMax = 4_096;

/**
 * Who may stay connected. At a limit the oldest connection that never printed a bag gives its place to the newcomer:
 * silent connections, of a port scan or of slots that a converter left half-open, must not keep a scale out. One that
 * has printed keeps its place. So does the newest connection of an address that has printed, although the scale may
 * print only minutes after it has connected again.
 */
export interface Places {
  readonly taken: number;
  takenFrom(address: string): number;
  /** Whether a limit is reached. */
  isFull(address: string): NoPlace | null;
  /**
   * Gives a place to a connection, also beyond the limits.
   *
   * @param id larger than that of every earlier connection.
   */
  take(id: number, address: string): void;
  /** @returns the connection that gives its place to one from this address; null where all that could keep theirs. */
  whoMakesRoom(address: string): number | null;
  /** Its place is free again. */
  leave(id: number): void;
}

/**
 * @param limits connections in all and from one address, at least 1.
 * @param hasPrinted whether a bag came on this connection.
 */
export function createPlaces(
  limits: { readonly inAll: number; readonly perAddress: number },
  hasPrinted: (id: number) => boolean,
): Places {
  /** Who sits where, the oldest first. */
  const places = new Map<number, string>();
  const byAddress = new Map<string, Set<number>>();
  /** Addresses of connections that had printed before they ended. */
  const scaleAddresses = new LRUCache<string, true>({ max: scaleAddressesMax });

  const from = (address: string): ReadonlySet<number> => byAddress.get(address) ?? new Set();

  function isScales(address: string): boolean {
    return scaleAddresses.has(address) || [...from(address)].some(hasPrinted);
  }

  function isNewestOfScale(id: number, address: string): boolean {
    return [...from(address)].at(-1) === id && isScales(address);
  }

  function oldestSilent(): number | null {
    for (const [id, address] of places) if (!hasPrinted(id) && !isNewestOfScale(id, address)) return id;
    return null;
  }

  /** Whoever filled the places with many connections that printed something has them from few addresses. */
  function oldestOfLargest(): number | null {
    const [largest] = [...byAddress.values()].sort((a, b) => b.size - a.size);
    const [oldest] = largest ?? [];
    return largest === undefined || largest.size < 2 ? null : (oldest ?? null);
  }

  return {
    get taken() {
      return places.size;
    },
    takenFrom: (address) => from(address).size,
    isFull(address) {
      if (places.size >= limits.inAll) return "too_many_connections";
      return from(address).size >= limits.perAddress ? "too_many_from_address" : null;
    },
    take(id, address) {
      places.set(id, address);
      const mine = byAddress.get(address);
      if (mine === undefined) byAddress.set(address, new Set([id]));
      else mine.add(id);
    },
    whoMakesRoom(address) {
      const mine = from(address);
      if (mine.size >= limits.perAddress) return [...mine].find((id) => !hasPrinted(id)) ?? null;
      return oldestSilent() ?? (mine.size === 0 && isScales(address) ? oldestOfLargest() : null);
    },
    leave(id) {
      const address = places.get(id);
      if (address === undefined) return;
      if (hasPrinted(id)) scaleAddresses.set(address, true);
      places.delete(id);
      const mine = byAddress.get(address);
      mine?.delete(id);
      if (mine?.size === 0) byAddress.delete(address);
    },
  };
}
