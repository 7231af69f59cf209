import type { Clock } from "../../runtime/clock.ts";
import { withTimeLimit } from "../../runtime/time-limit.ts";
import { Problem } from "../answer/problem.ts";
import { type Client, createPlaces, type Places } from "./places.ts";

export interface Questions {
  /** How many wait for their turn. */
  readonly waiting: number;
  /**
   * Runs a database query that may take long, when it is the client's turn.
   *
   * @throws Problem 429 where too many of his, or of all, wait already, or his turn does not come within 5 s.
   */
  run<T>(client: Client, question: () => Promise<T>): Promise<T>;
}

/** Fewer than the pool has connections, so that quick queries run beside them. */
const running = { all: 6, perToken: 3, perAddress: 5, reserved: 1 } as const;
const waitingMax = { all: 200, perToken: 60 } as const;
const patienceMs = 5_000;

interface Waiter {
  readonly client: Client;
  readonly begin: (release: () => void) => void;
}

/**
 * Lets a few of the costly questions of people run at once, and of one token or address no more than its share: the others
 * wait their turn, so that a page that asks six things at once gets them all.
 */
export function createQuestions(
  clock: Pick<Clock, "sleep">,
  onRefused: () => void = () => undefined,
): Questions {
  const places: Places = createPlaces(running, {
    code: "too_many_questions",
    what: "questions are answered",
    retryAfterSeconds: 5,
  });
  const queue: Waiter[] = [];

  function tooMany(detail: string): Problem {
    onRefused();
    return new Problem(429, "too_many_questions", detail, { headers: { "retry-after": "5" } });
  }

  /** The longest waiter that may run. */
  function next(): void {
    for (;;) {
      const index = queue.findIndex(({ client }) => places.mayTake(client));
      const [waiter] = index === -1 ? [] : queue.splice(index, 1);
      if (waiter === undefined) return;
      waiter.begin(places.take(waiter.client));
    }
  }

  async function turnOf(client: Client): Promise<() => void> {
    if (places.mayTake(client)) return places.take(client);
    const own = queue.filter((waiter) => waiter.client.actor === client.actor).length;
    if (own >= waitingMax.perToken || queue.length >= waitingMax.all) {
      throw tooMany(`${own} questions of this token wait already; ask one after the other`);
    }
    const { promise, resolve } = Promise.withResolvers<() => void>();
    const waiter: Waiter = { client, begin: resolve };
    queue.push(waiter);
    const release = await withTimeLimit(promise, patienceMs, () => null, clock);
    if (release !== null) return release;
    const index = queue.indexOf(waiter);
    // It began in the same moment.
    if (index === -1) return promise;
    queue.splice(index, 1);
    throw tooMany("other questions of this token or address take long; narrow them, or ask again later");
  }

  return {
    get waiting() {
      return queue.length;
    },
    async run(client, question) {
      const release = await turnOf(client);
      try {
        return await question();
      } finally {
        release();
        next();
      }
    },
  };
}
