/** A client that reads nothing for so long is considered gone: one piece is some 100 KB. */
const stalledMs = 30_000;

/**
 * What is generated as the body of an answer. A piece is asked for when the reader has taken the one before, so memory holds one
 * however slowly it reads. When a piece fails, or the reader takes nothing for 30 s, the body breaks off with an error,
 * and does not end like a whole one.
 *
 * @param pieces its first one is asked for before this returns: an error by then can still be answered with a status.
 * @param onEnd is called once, however it ends.
 * @param patienceMs how long a reader may take nothing.
 */
export async function pacedBody(
  pieces: AsyncGenerator<Uint8Array>,
  onEnd: () => void,
  patienceMs: number = stalledMs,
): Promise<ReadableStream<Uint8Array>> {
  let stalled: Timer | undefined;
  let isOver = false;

  function end(): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(stalled);
    void pieces.return(undefined).catch(() => undefined);
    onEnd();
  }

  /** Runs from when a piece is ready until the next one is requested. */
  function watch(controller: ReadableStreamDefaultController<Uint8Array>): void {
    stalled = setTimeout(() => {
      end();
      controller.error(new Error("the reader took nothing for too long"));
    }, patienceMs);
    stalled.unref();
  }

  let piece: IteratorResult<Uint8Array, unknown> | null;
  try {
    piece = await pieces.next();
  } catch (error) {
    end();
    throw error;
  }
  return new ReadableStream(
    {
      start: watch,
      async pull(controller) {
        clearTimeout(stalled);
        try {
          piece ??= await pieces.next();
        } catch (error) {
          end();
          throw error;
        }
        if (isOver) return;
        if (piece.done) {
          end();
          controller.close();
          return;
        }
        controller.enqueue(piece.value);
        piece = null;
        watch(controller);
      },
      cancel: end,
    },
    // Nothing is fetched ahead of the reader.
    { highWaterMark: 0 },
  );
}
