/** An answer of server-sent events. */
export function eventStream(stream: ReadableStream<Uint8Array>): Response {
  return new Response(stream, {
    headers: {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      // Proxies that collect answers would hold the events back.
      "x-accel-buffering": "no",
    },
  });
}
