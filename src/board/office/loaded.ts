import { type ReadonlySignal, type Signal, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { failureText } from "../shared/failure.ts";
import { opened } from "../shared/live.ts";

/** What was asked of the appliance, and how that went. */
export interface Loaded<Value> {
  /** null until the first answer. Stays while it is asked again, and when that fails. A page may change it. */
  readonly value: Signal<Value | null>;
  /** Why the last attempt failed; null while none did. */
  readonly failure: ReadonlySignal<string | null>;
  readonly isBusy: ReadonlySignal<boolean>;
  /** Loads again at once. */
  reload(): void;
}

/**
 * Loads when the component appears, whenever `key` changes, and when the connection to the appliance was
 * re-established, because events may have been missed. Only the answer to the latest request is used.
 *
 * @param load must throw only what `api` does.
 * @param isLive false: the page does not follow events, so that none was missed when the connection is opened for the first time. What
 * is costly to answer is then asked once, and not twice.
 */
export function useLoaded<Value>(key: string, load: () => Promise<Value>, isLive = true): Loaded<Value> {
  const value = useSignal<Value | null>(null);
  const failure = useSignal<string | null>(null);
  const isBusy = useSignal(true);
  const asked = useRef(0);
  const latest = useRef(load);
  latest.current = load;

  const reload = useMemo(
    () => () => {
      asked.current++;
      const mine = asked.current;
      isBusy.value = true;
      latest.current().then(
        (answer) => {
          if (mine !== asked.current) return;
          value.value = answer;
          failure.value = null;
          isBusy.value = false;
        },
        (error) => {
          if (mine !== asked.current) return;
          failure.value = failureText(error);
          isBusy.value = false;
        },
      );
    },
    [value, failure, isBusy],
  );

  useEffect(() => {
    reload();
    return () => {
      asked.current++;
    };
  }, [key, isLive ? opened.value : Math.max(1, opened.value)]);

  return { value, failure, isBusy, reload };
}
