import { signal } from "@preact/signals";

type Parts = typeof import("./parts.ts");

const parts = signal<Parts | null>(null);
let isAsked = false;

/** The code that shows signals. It is asked for when it is first needed; null until it is there, and then again. */
export function signalParts(): Parts | null {
  if (parts.value === null && !isAsked) {
    isAsked = true;
    void load();
  }
  return parts.value;
}

async function load(): Promise<void> {
  try {
    parts.value = await import("./parts.ts");
  } catch {
    // The line is down: the next one who needs it asks again.
    isAsked = false;
  }
}
