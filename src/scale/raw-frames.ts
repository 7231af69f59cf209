import { createEmitter, type Emitter, type FailureLog } from "../runtime/emitter.ts";
import type { RejectReason } from "../weighing/reject-reason.ts";
import type { Unit } from "../weighing/units.ts";

/** A frame as it came, and what became of it. */
export interface RawFrame {
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

/** Passes frames on to the pages on which a scale is being set up. It keeps none. */
export interface RawFrameHub {
  /** Whether there are listeners. */
  readonly isFollowed: boolean;
  publish(frame: RawFrame): void;
  /** A listener must not wait. */
  readonly subscribe: Emitter<[frame: RawFrame | "end"]>["on"];
  /** Tells listeners that nothing more comes. */
  close(): void;
}

export function createRawFrameHub(log: FailureLog): RawFrameHub {
  const listeners = createEmitter<[frame: RawFrame | "end"]>("raw frame", log);
  return {
    get isFollowed() {
      return listeners.size > 0;
    },
    publish: listeners.emit,
    subscribe: listeners.on,
    close: () => listeners.emit("end"),
  };
}
