import { type Signal, signal } from "@preact/signals";
import type { Checking } from "../../http/api/scale-checks.ts";
import type { AskedCheck } from "../../records/scale-checks/asked.ts";
import { api } from "../shared/api.ts";
import { onLive } from "../shared/live.ts";
import { everyWhile } from "./pace.ts";
import { isOpen } from "./verdict.ts";

/** What the board knows of the checks of its station's scales. */
export interface StationChecks {
  /** Its scales that are checked by weights. */
  readonly scales: Signal<readonly Checking[]>;
  /** The check that is under way, or was last, until somebody has seen to it; null: none. */
  readonly current: Signal<AskedCheck | null>;
  /** Takes over what this board asked for, before the event comes. */
  note(check: AskedCheck): void;
  /** Its result was seen. */
  dismiss(): void;
  /** To be called when events may have been missed. */
  readAgain(): void;
  dispose(): void;
}

/** What is due moves on with the bags; a check is read at once. */
const readEveryMs = { least: 1_000, most: 60_000 };

export function createStationChecks(station: string): StationChecks {
  const scales = signal<readonly Checking[]>([]);
  const current = signal<AskedCheck | null>(null);
  const pace = everyWhile(readEveryMs, read);

  async function read(): Promise<void> {
    const { items } = await api<{ readonly items: readonly Checking[] }>("GET", "/api/scale-checks");
    scales.value = items.filter((each) => each.station === station);
    for (const { asked } of scales.value) if (asked?.state === "waiting") note(asked);
    const known = current.value;
    // Its end was missed.
    if (known !== null && isOpen(known)) note(await api<AskedCheck>("GET", addressOf(known)));
  }

  function note(check: AskedCheck): void {
    if (check.station !== station) return;
    const known = current.value;
    const isOlder = known !== null && known.uid !== check.uid && known.asked_at > check.asked_at;
    // Memory is ahead of the database: a print that was seen stays seen.
    const isBehind = known?.uid === check.uid && known.prints.length > check.prints.length;
    if (!isOlder && !isBehind && isShown(check)) current.value = check;
    else if (known?.uid === check.uid && !isShown(check)) current.value = null;
  }

  const forget = onLive("scale_check", "station", (check) => {
    note(check);
    if (!isOpen(check)) pace.soon();
  });

  return {
    scales,
    current,
    note,
    dismiss() {
      current.value = null;
    },
    readAgain: pace.soon,
    dispose() {
      forget();
      pace.stop();
    },
  };
}

/** What was called off, or replaced, is nothing to look at. */
function isShown({ state }: AskedCheck): boolean {
  return state !== "cancelled" && state !== "replaced";
}

export function addressOf({ scale, uid }: Pick<AskedCheck, "scale" | "uid">): string {
  return `/api/scales/${scale}/checks/${uid}`;
}

/** Asks for a check: of one of a scale's weights, or of its repeatability. */
export function askCheck(scale: number, weight: string | null): Promise<AskedCheck> {
  const body = weight === null ? { kind: "repeatability" } : { weight };
  return api<AskedCheck>("POST", `/api/scales/${scale}/checks`, { body });
}
