/** Where the failure of a listener is written; a logger is one. */
export interface FailureLog {
  error(
    fields: { readonly err: unknown; readonly owner: string; readonly event: string },
    message: string,
  ): void;
}

type Listener<Args extends readonly unknown[]> = (...args: Args) => void;

/** Calls the listeners of one kind of event. */
export interface Emitter<Args extends readonly unknown[] = []> {
  /**
   * Calls every listener, in the order in which they were added. One that throws affects neither the others nor the
   * caller. A listener that is removed meanwhile is not called any more.
   */
  emit(...args: Args): void;
  /**
   * @param owner the listening part, as the log names it when its listener throws.
   * @returns the function that ends it, and may be called again.
   */
  on(owner: string, listener: Listener<Args>): () => void;
  /** The number of listeners. */
  readonly size: number;
}

/** @param event the event's name in the log. */
export function createEmitter<Args extends readonly unknown[] = []>(
  event: string,
  log: FailureLog,
): Emitter<Args> {
  const listeners = new Set<{ readonly owner: string; readonly listener: Listener<Args> }>();
  return {
    emit(...args) {
      if (listeners.size === 0) return;
      for (const each of [...listeners]) {
        if (!listeners.has(each)) continue;
        try {
          each.listener(...args);
        } catch (error) {
          log.error({ err: error, owner: each.owner, event }, "a listener failed");
        }
      }
    },
    on(owner, listener) {
      const mine = { owner, listener };
      listeners.add(mine);
      return () => {
        listeners.delete(mine);
      };
    },
    get size() {
      return listeners.size;
    },
  };
}
