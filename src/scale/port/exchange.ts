import type { Clock } from "../../runtime/clock.ts";
import { withTimeLimit } from "../../runtime/time-limit.ts";
import type { Question } from "../sources/commands.ts";

/** How long an answer may be late, and still be taken for its own question's: some indicators answer no keys at all. */
const lateMsMax = 1_000;

/** What an indicator said to a command. */
export interface Answer {
  /** One frame, one character a byte. */
  readonly frame: string;
  /** Whether its dialect knows such a frame: noise and the half of a frame are none. */
  readonly isKnown: boolean;
}

/** What is asked of an indicator on one connection, one after the other: it answers in the order of the questions. */
export class Exchange {
  readonly #write: (bytes: string) => void;
  readonly #clock: Pick<Clock, "sleep">;
  #last: Promise<unknown> = Promise.resolve();
  #hear: ((answer: Answer) => void) | null = null;

  /** @param write sends bytes, one character each. */
  constructor(write: (bytes: string) => void, clock: Pick<Clock, "sleep">) {
    this.#write = write;
    this.#clock = clock;
  }

  /** To be called with each frame that came. */
  heard(answer: Answer): void {
    this.#hear?.(answer);
  }

  /**
   * Sends a command, after those before it have their answers. One without an answer is given as long again, a
   * second at most, before the next is sent: what comes by then is its own, and not taken for the next one's.
   *
   * @returns the first known frame behind it that may be its answer; where none came within `limitMs` the last unknown one, or null.
   */
  ask({ command, isAnswer }: Question, limitMs: number): Promise<Answer | null> {
    const asked = this.#last.then(async () => {
      const { promise, resolve } = Promise.withResolvers<Answer>();
      let unknown: Answer | null = null;
      this.#hear = (answer) => {
        if (!answer.isKnown) unknown = answer;
        else if (isAnswer(answer.frame)) resolve(answer);
      };
      this.#write(command);
      const answer = await withTimeLimit(promise, limitMs, () => unknown, this.#clock);
      return { answer, late: promise };
    });
    this.#last = asked.then(async ({ answer, late }) => {
      if (answer?.isKnown !== true)
        await withTimeLimit(late, Math.min(limitMs, lateMsMax), () => null, this.#clock);
      this.#hear = null;
    });
    return asked.then(({ answer }) => answer);
  }
}
