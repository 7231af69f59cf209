import { zm405 } from "../scale/frames/zm405.ts";
import type { Intake } from "../scale/intake.ts";
import { createReader } from "../scale/sources/reader.ts";
import type { Verdict } from "../scale/tap.ts";
import type { Capture, OpenRecord, RecordedVerdict } from "./capture-file.ts";
import { captureStreams } from "./capture-streams.ts";
import { readAgain } from "./read-again.ts";
import { verdictOf } from "./verdict.ts";

/** A print that became something else, or became anything in one version only. */
export interface Difference {
  readonly t: number;
  readonly connection: number;
  /** One latin1 character a byte. */
  readonly raw: string;
  readonly before: RecordedVerdict | null;
  readonly now: Verdict | null;
}

export interface Comparison {
  readonly prints: number;
  readonly same: number;
  readonly differences: readonly Difference[];
}

interface Became<V> {
  readonly t: number;
  readonly raw: string;
  readonly verdict: V;
}

interface Both {
  readonly opened: OpenRecord;
  readonly before: Became<RecordedVerdict>[];
  readonly now: Became<Verdict>[];
}

/** Where prints were cut in another way, so many are looked at until both go on alike. */
const lookAheadMax = 64;

/**
 * Reads a capture with this version, and compares what each print becomes with what it became when it was captured.
 *
 * What no version can know is left out: the first print of a connection that was open before the capture, whose beginning
 * may be missing, and what the last bytes of a capture became that was cut off. A print that was rejected as
 * `unknown_scale` says the same as a bag of that scale: which scales are taken is the appliance's setting.
 */
export function compareCapture(capture: Capture): Comparison {
  const { header, records } = capture;
  const connections = new Map<number, Both>();
  let t = 0;
  const became: Intake = (outcome, { connectionId }) =>
    connections.get(connectionId)?.now.push({ t, raw: outcome.text, verdict: verdictOf(outcome) });
  const streams = captureStreams(became, () => t);
  readAgain(
    capture,
    {
      connection({ opened, origin, scales }) {
        const both: Both = { opened, before: [], now: [] };
        connections.set(opened.connection, both);
        const { decimal_mark: decimalMark } = header.settings;
        const parts = { grammar: zm405, decimalMark, intake: became, streams };
        return {
          read: (source) => createReader(source, parts, { origin, scales }),
          intake: became,
        };
      },
    },
    (at) => {
      t = at;
      streams.tick();
    },
  );
  for (const record of records) {
    if ("verdict" in record) connections.get(record.connection)?.before.push(record);
  }

  const last = records.at(-1);
  const isWhole = last !== undefined && "end" in last && (last.end === "time" || last.end === "stopped");
  const cutAt = isWhole ? Number.POSITIVE_INFINITY : (lastBytes(capture) ?? 0);
  const found = [...connections.values()].map((both) => compareConnection(both, cutAt));
  return {
    prints: found.reduce((sum, { prints }) => sum + prints, 0),
    same: found.reduce((sum, { same }) => sum + same, 0),
    differences: found.flatMap(({ differences }) => differences).sort((a, b) => a.t - b.t),
  };
}

function lastBytes({ records }: Capture): number | undefined {
  return records.findLast((record) => "dir" in record && record.dir === "in")?.t;
}

/** @param cutAt what came from then on may have no verdict, because the capture was cut off. */
function compareConnection({ opened, before, now }: Both, cutAt: number): Comparison {
  const { connection } = opened;
  const differences: Difference[] = [];
  let same = 0;
  let i = 0;
  let j = 0;

  function differ(was: Became<RecordedVerdict> | undefined, is: Became<Verdict> | undefined): void {
    const print = was ?? is;
    if (print === undefined) return;
    const isFirst = opened.before && i <= 1 && j <= 1;
    const isCutOff = was === undefined && print.t >= cutAt && i === before.length;
    if (isFirst || isCutOff) return;
    const { t, raw } = print;
    differences.push({ t, connection, raw, before: was?.verdict ?? null, now: is?.verdict ?? null });
  }

  while (i < before.length || j < now.length) {
    const [was, is] = [before[i], now[j]];
    if (was !== undefined && is !== undefined && saysSame(was.verdict, is.verdict)) {
      same++;
      i++;
      j++;
      continue;
    }
    const [a, b] = was?.raw === is?.raw ? [1, 1] : nextAlike(before, i, now, j);
    for (let k = 0; k < Math.max(a, b); k++) {
      const one = k < a ? before[i++] : undefined;
      const other = k < b ? now[j++] : undefined;
      differ(one, other);
    }
  }
  return { prints: same + differences.length, same, differences };
}

/** How many of each come before both go on with the same print; one of each where that is not soon. */
function nextAlike(
  before: readonly Became<unknown>[],
  i: number,
  now: readonly Became<unknown>[],
  j: number,
): readonly [number, number] {
  for (let sum = 1; sum <= lookAheadMax; sum++) {
    for (let a = 0; a <= sum; a++) {
      const raw = before[i + a]?.raw;
      if (raw !== undefined && raw === now[j + sum - a]?.raw) return [a, sum - a];
    }
  }
  return [i < before.length ? 1 : 0, j < now.length ? 1 : 0];
}

function saysSame(before: RecordedVerdict, now: Verdict): boolean {
  if (before.kind === "rejected" && before.reason === "unknown_scale") {
    return now.kind === "bag" && before.scale === now.scale;
  }
  if (before.kind === "bag" && now.kind === "bag") {
    return before.scale === now.scale && before.weight === now.weight && before.unit === now.unit;
  }
  return (
    before.kind === "rejected" &&
    now.kind === "rejected" &&
    before.reason === now.reason &&
    before.scale === now.scale
  );
}
