import { systemClock } from "../runtime/clock.ts";
import type { Intake } from "../scale/intake.ts";
import { createStreams, type Streams } from "../scale/streams/streams.ts";

/** Streams by the time of a capture. What is on a platform at its end is known to no version. */
export function captureStreams(intake: Intake, monotonic: () => number): Pick<Streams, "sample" | "tick"> {
  return createStreams({
    intake,
    presence: { sampled: () => undefined },
    live: { show: () => undefined },
    sources: { all: () => [], onChange: () => () => undefined },
    clock: systemClock,
    monotonic,
    count: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
}
