import { Problem } from "../answer/problem.ts";

/** Who asks: by the token, as the audit trail names it, and from where. */
export interface Client {
  readonly actor: string;
  readonly address: string;
}

/** How many may be there at once. */
export interface PlaceLimits {
  readonly all: number;
  readonly perToken: number;
  /** Behind a proxy all clients have its address. */
  readonly perAddress: number;
  /** Of all, how many are left to tokens that hold none. */
  readonly reserved: number;
}

export interface Places {
  /** How many are taken. */
  readonly size: number;
  /** Whether the client could have one now. */
  mayTake(client: Client): boolean;
  /**
   * Takes one.
   *
   * @returns gives it back; more than once is the same as once.
   * @throws Problem 429 where the client has its share, 503 where all are taken.
   */
  take(client: Client): () => void;
}

/**
 * Places for what lasts: so many in all, for one token and for one address, and a few that one who holds some already
 * does not get. So one client cannot take all of them.
 *
 * @param what for the refusal, as "clients follow the events".
 * @param onRefused is called for each refusal.
 */
export function createPlaces(
  limits: PlaceLimits,
  refusal: { readonly code: string; readonly what: string; readonly retryAfterSeconds: number },
  onRefused: () => void = () => undefined,
): Places {
  const byToken = new Map<string, number>();
  const byAddress = new Map<string, number>();
  let size = 0;

  function faultOf({ actor, address }: Client): { readonly status: number; readonly detail: string } | null {
    const own = byToken.get(actor) ?? 0;
    const { all, perToken, perAddress, reserved } = limits;
    const { what } = refusal;
    if (size >= all) return { status: 503, detail: `${all} ${what} already` };
    if (own >= perToken) return { status: 429, detail: `${perToken} ${what} with this token already` };
    if ((byAddress.get(address) ?? 0) >= perAddress) {
      return { status: 429, detail: `${perAddress} ${what} from this address already` };
    }
    if (own > 0 && size >= all - reserved) {
      return { status: 429, detail: `${size} ${what} already: the last places are for others` };
    }
    return null;
  }

  return {
    get size() {
      return size;
    },
    mayTake: (client) => faultOf(client) === null,
    take(client) {
      const fault = faultOf(client);
      if (fault !== null) {
        onRefused();
        throw new Problem(fault.status, refusal.code, `${fault.detail}; try again later`, {
          headers: { "retry-after": String(refusal.retryAfterSeconds) },
        });
      }
      size++;
      count(byToken, client.actor, 1);
      count(byAddress, client.address, 1);
      let isTaken = true;
      return () => {
        if (!isTaken) return;
        isTaken = false;
        size--;
        count(byToken, client.actor, -1);
        count(byAddress, client.address, -1);
      };
    },
  };
}

/** A client without a place is not remembered: the maps have at most one entry for each place. */
function count(map: Map<string, number>, key: string, change: number): void {
  const now = (map.get(key) ?? 0) + change;
  if (now === 0) map.delete(key);
  else map.set(key, now);
}
