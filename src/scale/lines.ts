import type { RejectReason } from "../weighing/reject-reason.ts";
import type { Unit } from "../weighing/units.ts";

/** A frame as it came, and what became of it. */
export interface RawLine {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly connectionId: number;
  /** After aliases; null where the frame says none. */
  readonly scale: number | null;
  /** One latin1 character a byte. */
  readonly raw: string;
  readonly outcome:
    | { readonly kind: "bag"; readonly scale: number; readonly weight: string; readonly unit: Unit }
    | { readonly kind: "rejected"; readonly reason: RejectReason };
}

export type LineListener = (line: RawLine | "end") => void;

/** Passes the raw lines on to whoever sets up a scale at the moment. It keeps none. */
export interface LineHub {
  publish(line: RawLine): void;
  /** Returns the function that ends it. A listener must not throw, and must not wait. */
  subscribe(listener: LineListener): () => void;
  /** Tells listeners that nothing more comes. */
  close(): void;
}

export function createLineHub(): LineHub {
  const listeners = new Set<LineListener>();
  return {
    publish(line) {
      for (const listener of listeners) listener(line);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      for (const listener of [...listeners]) listener("end");
    },
  };
}
