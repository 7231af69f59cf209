import type { RejectReason } from "../weighing/reject-reason.ts";
import type { CountedFrame, RejectedEntry } from "./entry.ts";

/** As long as more of a kind come, one entry in so long stands for them. */
const entryEveryMs = 60_000;
/** When none came for so long, their entry is made at once. */
const quietMs = 2_000;
/** Kinds that are told apart: a sender that invents scale ids must not make more. */
const kindsMax = 64;

/** Frames of a kind that are counted, and not kept one by one. */
interface Kind {
  readonly reason: RejectReason;
  readonly scale: number | null;
  /** Of the first one, as an example. */
  readonly remoteAddress: string;
  readonly raw: string;
  readonly firstAt: number;
  lastAt: number;
  frames: number;
}

/**
 * The rejected frames that are only counted. They become entries that stand for many; until then their counts are
 * written with every commit of the journal, in place, so that a kill -9 loses none and the file does not grow.
 */
export interface Counted {
  /** How many are counted and in no entry yet. */
  readonly frames: number;
  /** Whether `text` was written since it changed. */
  readonly isWritten: boolean;
  text(): string;
  add(frame: CountedFrame): void;
  /** Takes out those whose entry is due. */
  takeDue(now: number): RejectedEntry[];
  written(): void;
  /** All of it is to be written again: the file is a new one. */
  rewrite(): void;
}

/**
 * @param text what was written last; null: nothing.
 * @throws SyntaxError where it is not what was written.
 */
export function createCounted(text: string | null): Counted {
  const kinds = new Map<string, Kind>(text === null ? [] : kindsIn(text).map((kind) => [keyOf(kind), kind]));
  let frames = 0;
  for (const kind of kinds.values()) frames += kind.frames;
  let isWritten = true;

  function kindOf({ reason, scale, remoteAddress, raw, receivedAt }: CountedFrame): Kind {
    const known =
      kinds.get(keyOf({ reason, scale })) ??
      (kinds.size < kindsMax ? undefined : kinds.get(keyOf({ reason, scale: null })));
    if (known !== undefined) return known;
    const kind: Kind = {
      reason,
      scale: kinds.size < kindsMax ? scale : null,
      ...{ remoteAddress, raw, firstAt: receivedAt, lastAt: receivedAt, frames: 0 },
    };
    kinds.set(keyOf(kind), kind);
    return kind;
  }

  return {
    get frames() {
      return frames;
    },
    get isWritten() {
      return isWritten;
    },
    text: () => textOf([...kinds.values()]),
    add(frame) {
      const kind = kindOf(frame);
      kind.frames++;
      kind.lastAt = frame.receivedAt;
      frames++;
      isWritten = false;
    },
    takeDue(now) {
      const due = [...kinds.values()].filter(
        ({ firstAt, lastAt }) => Math.abs(now - lastAt) >= quietMs || Math.abs(now - firstAt) >= entryEveryMs,
      );
      return due.map((kind): RejectedEntry => {
        kinds.delete(keyOf(kind));
        frames -= kind.frames;
        isWritten = false;
        const { reason, scale, remoteAddress, raw, lastAt } = kind;
        return {
          kind: "rejected",
          receivedAt: lastAt,
          remoteAddress,
          scale,
          reason,
          raw,
          frames: kind.frames,
          ofUid: null,
          print: null,
        };
      });
    },
    written() {
      isWritten = true;
    },
    rewrite() {
      isWritten = false;
    },
  };
}

function keyOf({ reason, scale }: Pick<Kind, "reason" | "scale">): string {
  return `${reason} ${scale}`;
}

/** With a checksum in front: SQLite has none, and a changed digit would still make a number. */
function textOf(kinds: readonly Kind[]): string {
  const json = JSON.stringify(kinds);
  return `${Bun.hash.crc32(json)} ${json}`;
}

function kindsIn(text: string): Kind[] {
  const [checksum] = text.split(" ", 1);
  const json = text.slice((checksum?.length ?? 0) + 1);
  if (checksum !== String(Bun.hash.crc32(json)))
    throw new SyntaxError("the counts of rejected frames are damaged");
  return JSON.parse(json);
}
