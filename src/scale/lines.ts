import { createEmitter, type Emitter, type FailureLog } from "../runtime/emitter.ts";
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

/** Passes the raw lines on to whoever sets up a scale at the moment. It keeps none. */
export interface LineHub {
  /** Whether somebody listens. */
  readonly isFollowed: boolean;
  publish(line: RawLine): void;
  /** A listener must not wait. */
  readonly subscribe: Emitter<[line: RawLine | "end"]>["on"];
  /** Tells listeners that nothing more comes. */
  close(): void;
}

export function createLineHub(log: FailureLog): LineHub {
  const listeners = createEmitter<[line: RawLine | "end"]>("raw line", log);
  return {
    get isFollowed() {
      return listeners.size > 0;
    },
    publish: listeners.emit,
    subscribe: listeners.on,
    close: () => listeners.emit("end"),
  };
}
