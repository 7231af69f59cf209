import type { FaultChances } from "./faults.ts";
import {
  type FrameFormat,
  garbageLine,
  goodFrame,
  type Item,
  rejectFrame,
  rejectKinds,
  terminatorOf,
} from "./frames.ts";
import { integerAt, keyOf, lanes, uniformAt } from "./random.ts";
import { createWeights, type WeightSpec } from "./weights.ts";

/** Everything that decides what the scales send. Two runs of one play send the same bytes. */
export interface Play extends WeightSpec, FrameFormat {
  /** Bags a scale; 0: without end. */
  readonly bags: number;
  readonly faults: FaultChances;
  /** The longest pause within a cut frame, in milliseconds. */
  readonly cutPauseMs: number;
}

/** Lines that go out together. Positions are offsets in `bytes`; the arrays have one entry a line. */
export interface Batch {
  readonly bytes: Uint8Array;
  readonly kinds: readonly Item["kind"][];
  /** Where the line's text ends: from here on the appliance can know it whole. */
  readonly textEnds: readonly number[];
  /** Where the line ends, terminator included. */
  readonly ends: readonly number[];
  /** Index of its last bag. */
  readonly lastBag: number;
  /** The write stops at `at` for `pauseMs`. */
  readonly cut: { readonly at: number; readonly pauseMs: number } | null;
  /** The connection is closed and made again after it. */
  readonly disconnect: boolean;
}

const none: readonly Item[] = [];

/** The lines of one scale that come before bag `index` and are no bags. */
function extrasAt(play: Play, scale: number, key: number, index: number): readonly Item[] {
  const { garbage, reject } = play.faults;
  // Without terminators bags can be told from each other, but anything else among them would spoil its neighbours.
  if ((!garbage && !reject) || play.terminator === "none") return none;
  const extras: Item[] = [];
  if (garbage && uniformAt(key, index, lanes.garbage) < garbage) extras.push(garbageLine(key, index, scale));
  if (reject && uniformAt(key, index, lanes.reject) < reject) {
    const kind = rejectKinds[integerAt(key, index, lanes.rejectKind) % rejectKinds.length] ?? "zero";
    extras.push(rejectFrame(play, scale, kind, createWeights(play, scale)(index)));
  }
  return extras;
}

/**
 * All that a scale sends, in its order, without I/O: what a test holds against what arrived.
 * Stops after `bags` bags (the play's own number by default; without end when that is 0).
 */
export function* itemsOf(play: Play, scale: number, bags: number = play.bags): Generator<Item, void> {
  const key = keyOf(play.seed, scale);
  const weights = createWeights(play, scale);
  for (let index = 0; bags === 0 || index < bags; index++) {
    yield* extrasAt(play, scale, key, index);
    yield { kind: "bag", text: goodFrame(play, scale, weights(index)), reason: null };
  }
}

/** The bytes that a line becomes. */
export function wire(play: Play, item: Item): string {
  return item.text + terminatorOf(play);
}

/**
 * One scale's batches, made as they are asked for; null after the last. At rate 0 a batch has up to
 * `batchBytes` bytes (it may exceed them by a few lines); otherwise it is one bag, or several glued ones.
 */
export function createScript(play: Play, scale: number, batchBytes: number): () => Batch | null {
  const key = keyOf(play.seed, scale);
  const weights = createWeights(play, scale);
  const terminator = terminatorOf(play);
  const { cut = 0, glue = 0, disconnect = 0 } = play.faults;
  let next = 0;

  return () => {
    if (play.bags > 0 && next >= play.bags) return null;
    let text = "";
    const kinds: Item["kind"][] = [];
    const textEnds: number[] = [];
    const ends: number[] = [];

    for (;;) {
      const index = next++;
      for (const extra of extrasAt(play, scale, key, index)) {
        text += wire(play, extra);
        kinds.push(extra.kind);
        // Counted whole only with its line end: on a broken connection it may be sent twice, but never lost.
        textEnds.push(text.length);
        ends.push(text.length);
      }
      const start = text.length;
      text += goodFrame(play, scale, weights(index));
      kinds.push("bag");
      textEnds.push(text.length);
      text += terminator;
      ends.push(text.length);

      const isLast = play.bags > 0 && next >= play.bags;
      const isCut = cut > 0 && uniformAt(key, index, lanes.cut) < cut;
      const drops = !isLast && disconnect > 0 && uniformAt(key, index, lanes.disconnect) < disconnect;
      const isFull =
        play.rate === 0
          ? text.length >= batchBytes
          : glue === 0 || uniformAt(key, index, lanes.glue) >= glue || text.length >= batchBytes;
      if (!isLast && !isCut && !drops && !isFull) continue;
      return {
        bytes: Buffer.from(text, "latin1"),
        kinds,
        textEnds,
        ends,
        lastBag: index,
        cut: isCut ? cutAt(start, text.length, index) : null,
        disconnect: drops,
      };
    }
  };

  function cutAt(start: number, end: number, index: number) {
    return {
      at: start + 1 + (integerAt(key, index, lanes.cutAt) % (end - start - 1)),
      pauseMs: 1 + (integerAt(key, index, lanes.cutPause) % Math.max(1, play.cutPauseMs)),
    };
  }
}
