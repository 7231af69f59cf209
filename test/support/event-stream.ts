import { until } from "./until.ts";

export interface ReceivedEvent {
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
}

/** Reads an answer's server-sent events as a browser does (WHATWG HTML, 9.2.6), in the background. */
export function readEvents(answer: Response) {
  const events: ReceivedEvent[] = [];
  const now: Omit<ReceivedEvent, "id">[] = [];
  const reader = answer.body?.getReader();
  if (reader === undefined) throw new Error("the answer has no body");
  const decoder = new TextDecoder();
  let buffer = "";
  let lastEventId = "";
  let ended: "done" | "failed" | null = null;

  function readBlock(block: string): void {
    const fields = new Map(
      block.split("\n").map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon), line.slice(colon + 1).trim()];
      }),
    );
    lastEventId = fields.get("id") ?? lastEventId;
    const data = fields.get("data");
    if (data === undefined) return;
    const event = { type: fields.get("event") ?? "message", data: JSON.parse(data) };
    if (fields.has("id")) events.push({ id: lastEventId, ...event });
    else now.push(event);
  }

  async function readAll(from: NonNullable<typeof reader>): Promise<void> {
    for (;;) {
      const { done, value } = await from.read();
      if (done) return;
      const blocks = (buffer + decoder.decode(value, { stream: true })).split("\n\n");
      buffer = blocks.pop() ?? "";
      for (const block of blocks) readBlock(block);
    }
  }

  void readAll(reader).then(
    () => {
      ended = "done";
    },
    () => {
      ended = "failed";
    },
  );

  return {
    /** Those that have a place in the stream. */
    events,
    /** Those about now: without an id, never sent again. */
    now,
    get lastEventId() {
      return lastEventId;
    },
    get ended() {
      return ended;
    },
    /** Ids of the events of a type, in the order in which they came. */
    ids(type: string): number[] {
      return events.flatMap(({ type: each, data }) =>
        each === type && typeof data === "object" && data !== null && "id" in data ? [Number(data.id)] : [],
      );
    },
    /** Waits until the client has its place in the stream. */
    begun: () => until("the stream has begun", () => lastEventId !== ""),
    close: () => reader.cancel(),
  };
}
