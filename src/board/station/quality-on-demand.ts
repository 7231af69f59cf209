import { signal } from "@preact/signals";

type Parts = typeof import("./quality-notices.ts");

const parts = signal<Parts | null>(null);
let isAsked = false;

/** The code that shows signals. It is asked for when it is first needed; null until it is there, and then again. */
export function qualityParts(): Parts | null {
  if (parts.value === null && !isAsked) {
    isAsked = true;
    void load();
  }
  return parts.value;
}

async function load(): Promise<void> {
  try {
    parts.value = await import("./quality-notices.ts");
  } catch {
    // The line is down: the next one who needs it asks again.
    isAsked = false;
  }
}
