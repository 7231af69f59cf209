/** Lines of a kind at once: 100 scales that connect when the appliance starts, and disconnect. */
const burst = 200;
/** And then one a second: some 13 MB in a day. */
const perSecond = 1;
/** How often it is said what was left out. */
const saidEveryMs = 10_000;
/** Messages are constant texts; this bounds memory should one contain received data. */
const kindsMax = 1_000;
/** Levels of pino: `debug` and below are only on while a fault is searched, `fatal` is always written. */
const limitedFrom = 30;
const limitedBelow = 60;

interface Kind {
  left: number;
  at: number;
  leftOut: number;
}

/**
 * Lets through at most so many lines of a kind, which is their message: connects of a flood would fill the day's file
 * within half a minute, and push out everything else.
 *
 * @param parts.now milliseconds of any clock.
 * @param parts.onLeftOut told every 10 s of each kind of which lines were left out since.
 * @returns what says whether a line of this message is written; the level is pino's number.
 */
export function limitKinds(parts: {
  now: () => number;
  onLeftOut: (kind: string, lines: number) => void;
}): (message: string, level: number) => boolean {
  const { now, onLeftOut } = parts;
  const kinds = new Map<string, Kind>();
  let willSay = false;

  function say(): void {
    willSay = false;
    for (const [message, kind] of kinds) {
      if (kind.leftOut > 0) onLeftOut(message, kind.leftOut);
      kind.leftOut = 0;
    }
  }

  function allows(message: string): boolean {
    const at = now();
    const name = kinds.has(message) || kinds.size < kindsMax ? message : "others";
    const kind = kinds.get(name) ?? { left: burst, at, leftOut: 0 };
    kinds.set(name, kind);
    kind.left = Math.min(burst, kind.left + (Math.max(0, at - kind.at) / 1_000) * perSecond);
    kind.at = at;
    if (kind.left >= 1) {
      kind.left--;
      return true;
    }
    kind.leftOut++;
    if (!willSay) setTimeout(say, saidEveryMs).unref();
    willSay = true;
    return false;
  }

  return (message, level) => level < limitedFrom || level >= limitedBelow || allows(message);
}
