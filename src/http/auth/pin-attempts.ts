import type { Clock } from "../../runtime/clock.ts";
import { createAttemptLimit } from "./attempt-limit.ts";

const windowMs = 15 * 60_000;
const ofPersonMax = 5;
const ofDeviceMax = 10;
/** More than there are devices, or people. */
const knownMax = 10_000;

/** How often a PIN may be wrong: of one person, on whatever device, and on one device, whoever's it is. */
export interface PinAttempts {
  /** Counts an attempt before it is known to be right, so that many at once are no way around it. @returns seconds to wait; 0: go on. */
  begin(person: number, device: number): number;
  /** It was right. */
  succeeded(person: number, device: number): void;
  /** After it was wrong: seconds to wait before the next one, and whether it is this person who is locked. */
  failed(person: number, device: number): { readonly waitSeconds: number; readonly isPersonLocked: boolean };
  /** A person has a new PIN. */
  forget(person: number): void;
}

export function createPinAttempts(clock: Pick<Clock, "now">): PinAttempts {
  const ofPerson = createAttemptLimit({ max: ofPersonMax, windowMs, knownMax, clock });
  const ofDevice = createAttemptLimit({ max: ofDeviceMax, windowMs, knownMax, clock });
  const wait = (person: string, device: string) => Math.max(ofPerson.wait(person), ofDevice.wait(device));

  return {
    begin(person, device) {
      const waitSeconds = wait(String(person), String(device));
      if (waitSeconds > 0) return waitSeconds;
      ofPerson.failed(String(person));
      ofDevice.failed(String(device));
      return 0;
    },
    succeeded(person, device) {
      ofPerson.succeeded(String(person));
      ofDevice.succeeded(String(device));
    },
    failed: (person, device) => ({
      waitSeconds: wait(String(person), String(device)),
      isPersonLocked: ofPerson.wait(String(person)) > 0,
    }),
    forget: (person) => ofPerson.forget(String(person)),
  };
}
