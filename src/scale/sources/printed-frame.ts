import type { Print } from "../../indicators/print.ts";

/** One frame, as it is printed. */
export type PrintedFrame = Omit<Print, "mark" | "reason"> & {
  readonly reason: string | null;
  readonly raw: string;
};

/** Takes bytes until their end. */
export interface FrameReader {
  push(bytes: Uint8Array): void;
  end(): void;
}
