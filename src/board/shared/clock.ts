import { signal } from "@preact/signals";

/** How much the appliance's clock is ahead of this device's, in ms. A tablet's clock is often wrong. */
let ahead = 0;

/** The appliance's time, in ms since the epoch; moves on every second. */
export const now = signal(Date.now());

/** Notes what time it is on the appliance. */
export function noteServerTime(at: string): void {
  ahead = Date.parse(at) - Date.now();
  now.value = serverNow();
}

export function serverNow(): number {
  return Date.now() + ahead;
}

setInterval(() => {
  now.value = serverNow();
}, 1_000);
