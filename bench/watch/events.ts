import { createParser } from "eventsource-parser";
import { z } from "zod";
import { type Appliance, roleTokens } from "../../test/support/appliance.ts";
import { until } from "../../test/support/until.ts";
import { nowMs } from "./clock.ts";

const bagShape = z.object({ scale: z.number(), weight: z.string() });

export interface EventWatch extends AsyncDisposable {
  /** By `scale,weight`: when the bag came on the stream. */
  readonly heardAt: ReadonlyMap<string, number>;
}

/** Follows the event stream, as a board does. */
export async function watchEvents(appliance: Pick<Appliance, "origin">): Promise<EventWatch> {
  const heardAt = new Map<string, number>();
  const closing = new AbortController();
  let hasBegun = false;
  const parser = createParser({
    onEvent({ event, data }) {
      if (event !== "bag") return;
      const { scale, weight } = bagShape.parse(JSON.parse(data));
      heardAt.set(`${scale},${weight}`, nowMs());
    },
  });
  const answer = await fetch(`${await appliance.origin()}/api/events`, {
    headers: { authorization: `Bearer ${roleTokens.viewer}` },
    signal: closing.signal,
  });
  const reading = readAll(answer.body, (text) => {
    // The first id is the client's place in the stream; it comes alone, without an event.
    hasBegun ||= text.includes("id:");
    parser.feed(text);
  });
  await until("the stream has begun", () => hasBegun);
  return {
    heardAt,
    async [Symbol.asyncDispose]() {
      closing.abort();
      await reading;
    },
  };
}

async function readAll(body: ReadableStream<Uint8Array> | null, take: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  try {
    for await (const chunk of body ?? []) take(decoder.decode(chunk, { stream: true }));
  } catch {
    // Aborted: that is how it ends.
  }
}
