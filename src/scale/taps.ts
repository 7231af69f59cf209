import type { Origin } from "./intake.ts";
import type { Choice } from "./sources/choice.ts";
import type { Tap } from "./tap.ts";

/** A connection that can be captured. */
export interface Tappable {
  readonly origin: Origin;
  /** The port on which it came; null: the scales' port, or a connection that the appliance opened. */
  readonly port: number | null;
  /** What it may be, as far as was known when it was opened. */
  readonly choice: Choice;
}

/** Somebody who captures. */
export interface Capturer {
  isWanted(connection: Tappable): boolean;
  /** @param isOpen it was there before; else it was opened now. */
  tap(connection: Tappable, isOpen: boolean): Tap;
}

/** Connects those who capture with the connections. While nobody captures, `Origin.tap` is null everywhere. */
export interface Taps {
  /** @param open tells the connections that are open: they are kept where they are read, and not once more here. */
  follow(open: () => readonly Tappable[]): void;
  opened(connection: Tappable): void;
  closed(origin: Origin): void;
  /** Begins to capture; one at a time. @returns ends it, and may be called again; null where another one captures. */
  start(capturer: Capturer): (() => void) | null;
}

export function createTaps(): Taps {
  let connections: () => readonly Tappable[] = () => [];
  let current: Capturer | null = null;

  return {
    follow(open) {
      connections = open;
    },
    opened(connection) {
      if (current?.isWanted(connection)) connection.origin.tap = current.tap(connection, false);
    },
    closed(origin) {
      origin.tap?.closed();
      origin.tap = null;
    },
    start(capturer) {
      if (current !== null) return null;
      current = capturer;
      for (const connection of connections()) {
        if (capturer.isWanted(connection)) connection.origin.tap = capturer.tap(connection, true);
      }
      return () => {
        if (current !== capturer) return;
        current = null;
        for (const { origin } of connections()) origin.tap = null;
      };
    },
  };
}
