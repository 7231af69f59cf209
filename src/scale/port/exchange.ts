import { withTimeLimit } from "../../runtime/time-limit.ts";

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
  #last: Promise<unknown> = Promise.resolve();
  #hear: ((answer: Answer) => void) | null = null;

  /** @param write sends bytes, one character each. */
  constructor(write: (bytes: string) => void) {
    this.#write = write;
  }

  /** To be called with each frame that came. */
  heard(answer: Answer): void {
    this.#hear?.(answer);
  }

  /**
   * Sends a command, after those before it have their answers.
   *
   * @returns the first known frame behind it; where none came within `limitMs` the last unknown one, or null.
   */
  ask(command: string, limitMs: number): Promise<Answer | null> {
    const asked = this.#last.then(async () => {
      const { promise, resolve } = Promise.withResolvers<Answer>();
      let unknown: Answer | null = null;
      this.#hear = (answer) => {
        if (answer.isKnown) resolve(answer);
        else unknown = answer;
      };
      this.#write(command);
      const answer = await withTimeLimit(promise, limitMs, () => unknown);
      this.#hear = null;
      return answer;
    });
    this.#last = asked;
    return asked;
  }
}
