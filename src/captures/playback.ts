import type { ConnectionReader } from "../scale/frames/connection-reader.ts";
import { Greeting } from "../scale/frames/greeting.ts";
import type { CaptureHeader } from "./capture-file.ts";

/** Gives the bytes of one captured connection to a reader, with its times, as the scales' port does. */
export interface Playback {
  /** Bytes, one character each. */
  received(t: number, bytes: string): void;
  /** Lets time pass: silences are heard, and what is too old is given up. */
  passed(t: number): void;
  closed(t: number): void;
}

/**
 * @param parts.greets whether the other side opened the connection: one that began as no scale does is read no further.
 * @param parts.onGreeting takes how such a one began.
 * @param parts.onTime is told the time of a silence before it is heard.
 */
export function createPlayback(parts: {
  readonly reader: ConnectionReader;
  readonly settings: CaptureHeader["settings"];
  readonly greets: boolean;
  readonly onGreeting: (text: string) => void;
  readonly onTime: (t: number) => void;
}): Playback {
  const { reader, settings, greets, onGreeting, onTime } = parts;
  const greeting = greets ? new Greeting() : null;
  let isForeign = false;
  let due: number | null = null;

  function passed(t: number): void {
    while (due !== null && due <= t) {
      const at: number = due;
      due = null;
      onTime(at);
      reader.silence(at);
      const { heldSince } = reader;
      if (heldSince === null) return;
      const expiry = heldSince + settings.max_age_ms;
      if (expiry > at) due = expiry;
      else reader.expire();
    }
  }

  return {
    received(t, text) {
      if (isForeign) return;
      passed(t);
      const bytes = Buffer.from(text, "latin1");
      const began = greeting?.take(bytes) ?? null;
      if (began !== null) {
        isForeign = true;
        due = null;
        onGreeting(began.text);
        return;
      }
      reader.push(bytes, t);
      due = reader.heldSince === null ? null : t + settings.idle_ms;
    },
    passed,
    closed(t) {
      if (isForeign) return;
      passed(t);
      due = null;
      reader.end();
    },
  };
}
