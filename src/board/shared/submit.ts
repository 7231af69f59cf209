import { type Signal, useSignal } from "@preact/signals";
import { ApiProblem } from "./api.ts";
import { failureText, faultText } from "./failure.ts";

export interface Submit {
  readonly isBusy: Signal<boolean>;
  /** Why it was refused, for the whole form. */
  readonly failure: Signal<string | undefined>;
  /** What is wrong with each field, by its name. */
  readonly faults: Signal<Readonly<Record<string, string | undefined>>>;
  /** Does it once at a time; a refusal goes into `failure` and `faults`. */
  run(work: () => Promise<void>): Promise<void>;
}

/** What a form needs to send itself. */
export function useSubmit(): Submit {
  const isBusy = useSignal(false);
  const failure = useSignal<string | undefined>(undefined);
  const faults = useSignal<Readonly<Record<string, string | undefined>>>({});
  return {
    isBusy,
    failure,
    faults,
    async run(work) {
      if (isBusy.value) return;
      isBusy.value = true;
      failure.value = undefined;
      faults.value = {};
      try {
        await work();
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 422) {
          faults.value = Object.fromEntries(error.faults.map((fault) => [fault.field, faultText(fault)]));
        }
        failure.value = failureText(error);
      } finally {
        isBusy.value = false;
      }
    },
  };
}
