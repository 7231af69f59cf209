import type { PrintUnit } from "../../indicators/print.ts";
import { createEmitter, type Emitter, type FailureLog } from "../../runtime/emitter.ts";

/** The weight of this moment on a scale that streams. */
export interface LiveWeight {
  readonly scale: number;
  /** As its source says; null: as of its scale. */
  readonly station: string | null;
  /** As sent; null: nothing came for a while, or the last sample had no weight. */
  readonly weight: string | null;
  readonly unit: PrintUnit | null;
  readonly stable: boolean | null;
  readonly state: "empty" | "loading" | "settled";
}

/** A sample is shown at most so long after it came; of those that come faster the last one. */
const showEveryMs = 80;

/** Passes the weights of this moment on to whoever looks. */
export interface LiveWeights {
  show(weight: LiveWeight): void;
  readonly subscribe: Emitter<[weight: LiveWeight]>["on"];
}

export function createLiveWeights(log: FailureLog): LiveWeights {
  const shown = createEmitter<[weight: LiveWeight]>("live weight", log);
  /** By scale: what was passed on last, and what waits. */
  const scales = new Map<
    number,
    { passed: LiveWeight | null; waiting: LiveWeight | null; timer: Timer | null }
  >();

  function pass(scale: number): void {
    const state = scales.get(scale);
    if (state === undefined) return;
    state.timer = null;
    const { waiting, passed } = state;
    state.waiting = null;
    if (waiting === null || Bun.deepEquals(waiting, passed)) return;
    state.passed = waiting;
    state.timer = setTimeout(() => pass(scale), showEveryMs);
    state.timer.unref();
    shown.emit(waiting);
  }

  return {
    show(weight) {
      if (shown.size === 0) return;
      let state = scales.get(weight.scale);
      if (state === undefined) {
        state = { passed: null, waiting: null, timer: null };
        scales.set(weight.scale, state);
      }
      state.waiting = weight;
      if (state.timer === null) pass(weight.scale);
    },
    subscribe: shown.on,
  };
}
