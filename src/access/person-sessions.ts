import { timingSafeEqual } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Clock } from "../runtime/clock.ts";
import type { PeopleInForce } from "./people-in-force.ts";
import type { KnownPerson, PersonAsked } from "./persons.ts";
import { type Keyed, keyedBy } from "./session-key.ts";

/** How long a PIN stands for the one action that follows it. */
export const actionMs = 2 * 60_000;
/** More actions than people do within that time. */
const spentMax = 10_000;

/** Who acts on a device, until when. */
export interface ActingPerson {
  readonly person: KnownPerson;
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** Ends what was given for one action. */
  spend(): void;
}

/**
 * Who entered their PIN on a device: as the sessions of browsers a signed reference, and nothing is stored. It is of use
 * on that device alone, and ends with the person, the PIN, and what the station asked when it was given.
 */
export interface PersonSessions {
  /** The cookie's value. */
  open(given: {
    readonly person: KnownPerson;
    readonly device: number;
    readonly asked: PersonAsked;
    readonly until: number;
  }): string;
  /** Whoever is behind a cookie's value, as of now; null: nobody. */
  resume(value: string, device: number, asked: PersonAsked): ActingPerson | null;
}

export function createPersonSessions(parts: {
  readonly key: Buffer;
  readonly people: Pick<PeopleInForce, "byId">;
  readonly clock: Pick<Clock, "now">;
}): PersonSessions {
  const { people, clock } = parts;
  const keyed: Keyed = keyedBy(parts.key);
  /** Those given for one action, and used. Older ones are forgotten when they have ended anyway. */
  const spent = new LRUCache<string, true>({ max: spentMax });

  return {
    open({ person, device, asked, until }) {
      const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(9))).toString("base64url");
      const content = [
        person.id,
        device,
        person.pinSetAt.toString(36),
        asked,
        until.toString(36),
        nonce,
      ].join(".");
      return `${content}.${keyed("person", content).toString("base64url")}`;
    },
    resume(value, device, asked) {
      const [, content = "", id, ofDevice, pinSetAt, wasAsked, until = "", nonce = "", signature = ""] =
        /^((\d{1,10})\.(\d{1,10})\.([0-9a-z]{1,11})\.(each_action|each_shift)\.([0-9a-z]{1,11})\.([\w-]{12}))\.([\w-]{43})$/.exec(
          value,
        ) ?? [];
      const wanted = keyed("person", content);
      const given = Buffer.from(signature, "base64url");
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return null;
      const person = people.byId(Number(id));
      const endsAt = Number.parseInt(until, 36);
      if (person === null || person.pinSetAt.toString(36) !== pinSetAt) return null;
      if (Number(ofDevice) !== device || wasAsked !== asked || endsAt <= clock.now()) return null;
      if (spent.has(nonce)) return null;
      return {
        person,
        until: endsAt,
        spend() {
          if (asked === "each_action") spent.set(nonce, true);
        },
      };
    },
  };
}
