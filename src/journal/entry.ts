import type { RejectReason } from "../weighing/reject-reason.ts";
import type { Unit } from "../weighing/units.ts";

/** Why a bag is in doubt. */
export type Doubt = "repeats";

/** A good frame, as it is kept until Postgres has it. Everything decided at the moment of weighing is in it. */
export interface WeighedEntry {
  readonly kind: "weighed";
  readonly uid: string;
  /** Milliseconds since the epoch, by the appliance's clock. */
  readonly receivedAt: number;
  readonly remoteAddress: string;
  readonly station: string;
  /** The scale after aliases. */
  readonly scale: number;
  readonly printedScale: number;
  readonly weight: string;
  readonly unit: Unit;
  /** Its scale weighs the bag with what is in it: a tare is to be taken off. */
  readonly gross: boolean;
  readonly repeatSuspected: boolean;
  /** Why it counts for no job until a person decides: its scale repeats like a stream. */
  readonly doubt: Doubt | null;
  /** The frame's bytes, one character a byte (latin1). */
  readonly raw: string;
}

/** A frame that is no bag, with the reason. */
export interface RejectedEntry {
  readonly kind: "rejected";
  readonly receivedAt: number;
  readonly remoteAddress: string;
  /** The scale after aliases, where the frame said one. */
  readonly scale: number | null;
  readonly reason: RejectReason;
  readonly raw: string;
  /** How many frames it stands for, itself among them: those that repeat are counted, and one is the example. */
  readonly frames: number;
  /**
   * What it belongs to. Of a `remainder`: the bag behind whose print these bytes came. Of a `check`: the check that was
   * asked for. null in all others, and where a remainder came behind no bag.
   */
  readonly ofUid: string | null;
  /** Of a `check`: what was printed; null in all others. */
  readonly print: Print | null;
}

/** A weight as it was printed. */
export interface Print {
  readonly weight: string;
  readonly unit: Unit;
}

/** A rejected frame that is only counted: it belongs to nothing. */
export type CountedFrame = Omit<RejectedEntry, "kind" | "frames" | "ofUid" | "print">;

export type Entry = WeighedEntry | RejectedEntry;

/**
 * An entry with its place in the journal: 1, 2, 3 … without gaps. One that stands for many frames takes as many
 * numbers, and `seq` is the last of them.
 */
export type JournaledEntry = Entry & { readonly seq: number };

/** How many numbers an entry takes. */
export function framesOf(entry: Entry): number {
  return entry.kind === "rejected" ? entry.frames : 1;
}
