import { randomInt, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../runtime/clock.ts";
import { stationSchema } from "../runtime/typed-text.ts";
import { tokenNameSchema } from "./named-tokens.ts";
import { digestOf } from "./new-token.ts";

/** How long a code is taken. */
export const pairingMinutes = 10;
const pairingMs = pairingMinutes * 60_000;
/** Codes in force at the same time. */
const pairingsMax = 20;
/** Digits and letters without I, L, O and U, which are taken for others or make words. */
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const codeLength = 8;

/** The request for a code. */
export const newPairingSchema = z.strictObject({
  name: tokenNameSchema,
  station: stationSchema.nullable().default(null).describe("Where it stands; null: anywhere."),
});

/** A device that may be paired: what its token will be, and who wanted it. */
export interface Pairing {
  readonly name: string;
  readonly station: string | null;
  /** As the audit trail names them. */
  readonly wantedBy: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * Codes by which a device gets a token of its own, without anybody typing one. In memory only: they last minutes, and
 * after a restart another one is made.
 */
export interface Pairings {
  /** @returns the code, as `7KQ2M9XD`; null: too many are in force. */
  create(pairing: Omit<Pairing, "expiresAt">): { readonly code: string; readonly expiresAt: number } | null;
  /** Takes the code, which is of no use from then on; null: none in force. */
  take(code: string): Pairing | null;
  /** Gives it back, where the device could not be paired. */
  giveBack(code: string, pairing: Pairing): void;
}

export function createPairings(clock: Pick<Clock, "now">): Pairings {
  const known = new Map<string, { readonly digest: Buffer; readonly pairing: Pairing }>();

  function forgetOld(): void {
    const now = clock.now();
    for (const [key, { pairing }] of known) {
      // Of later than can be: the clock was set back.
      if (pairing.expiresAt <= now || pairing.expiresAt > now + pairingMs) known.delete(key);
    }
  }

  function keep(code: string, pairing: Pairing): void {
    const digest = digestOf(code);
    known.set(digest.toString("hex"), { digest, pairing });
  }

  return {
    create(wanted) {
      forgetOld();
      if (known.size >= pairingsMax) return null;
      const code = Array.from({ length: codeLength }, () => letters[randomInt(letters.length)]).join("");
      const expiresAt = clock.now() + pairingMs;
      keep(code, { ...wanted, expiresAt });
      return { code, expiresAt };
    },
    take(code) {
      forgetOld();
      const digest = digestOf(tidyCode(code));
      // All of them, always: stopping at the first match would tell which one it was.
      const [found] = [...known].filter(([, each]) => timingSafeEqual(each.digest, digest));
      if (found === undefined) return null;
      known.delete(found[0]);
      return found[1].pairing;
    },
    giveBack: (code, pairing) => keep(tidyCode(code), pairing),
  };
}

/** As it is made, whatever the case and the blanks with which it was typed. */
function tidyCode(code: string): string {
  return code.toUpperCase().replace(/[\s-]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
}
