/** Reads the bytes of one connection. Times are milliseconds of a monotonic clock. */
export interface ConnectionReader {
  /** Takes the bytes as they arrive. Where they are cut makes no difference. */
  push(bytes: Uint8Array, at: number): void;
  /** To be called when nothing has come for `PREPUFF_FRAME_IDLE_MS`, as long as `heldSince` is not null. */
  silence(at: number): void;
  /** To be called when what is held is older than `PREPUFF_FRAME_MAX_AGE_MS`, after a silence. */
  expire(): void;
  /** To be called once, when the connection has ended. */
  end(): void;
  /** When the oldest bytes came that still wait for something; null where none do, and no timer is needed. */
  readonly heldSince: number | null;
}
