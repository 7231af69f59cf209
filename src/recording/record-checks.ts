import type { Big } from "big.js";
import type { Executor } from "../database/types.ts";
import type { Print } from "../journal/entry.ts";
import { gramsOf, inUnit } from "../quality/grams.ts";
import {
  judgeCheck,
  judgeRepeatability,
  stepsOf,
  type ToleranceClass,
  type ToleranceStep,
} from "../quality/scale-tolerance.ts";
import type { Unit } from "../weighing/units.ts";
import type { RefusedEntry } from "./refusal.ts";

/** A check that was asked for, with what it is judged by. */
interface Request {
  readonly uid: string;
  readonly kind: "weight" | "repeatability";
  readonly weight: string;
  readonly unit: Unit;
  readonly division: string;
  readonly division_unit: Unit;
  readonly class: ToleranceClass;
  readonly steps: readonly { readonly up_to: string; readonly divisions: string }[] | null;
  readonly weighings: number;
}

interface Weighing extends Print {
  readonly weighed_at: Date;
}

/** A verdict, with its figures in the unit of the check weight. */
interface Result {
  readonly error: string | null;
  readonly allowed: string;
  readonly mean: string | null;
  readonly deviation: string | null;
  readonly passes: boolean;
}

/** Decimals of figures in another unit than was printed; of the same unit they are exact. */
const figureDecimals = 6;

/**
 * Keeps the prints of checks among the entries of a batch, and the checks that are complete with them. To be called in
 * the transaction that keeps them as rejected frames, behind that: the journal's row is locked then.
 *
 * A print whose check PostgreSQL does not know (it lost it) stays a rejected frame alone.
 *
 * @param entries those that were kept.
 */
export async function recordChecks(
  tx: Executor,
  journalId: string,
  entries: readonly RefusedEntry[],
): Promise<void> {
  const prints = entries.flatMap((entry) =>
    entry.kind === "rejected" && entry.refusal === undefined && entry.ofUid !== null && entry.print !== null
      ? [{ uid: entry.ofUid, print: entry.print, seq: entry.seq, at: entry.receivedAt, raw: entry.raw }]
      : [],
  );
  if (prints.length === 0) return;
  const uids = [...new Set(prints.map(({ uid }) => uid))];
  const requests = await tx<Request[]>`
    select uid, kind, weight, unit, division, division_unit, class, steps, weighings
    from scale_check_request
    where uid = any (${uids}::uuid[]) and plant_id = (select plant_id from journal where id = ${journalId})
    for update`;
  for (const request of requests) {
    for (const { print, seq, at, raw } of prints.filter(({ uid }) => uid === request.uid)) {
      await tx`
        insert into scale_check_weighing (request_uid, journal_id, journal_seq, weighed_at, weight, unit, raw)
        values (
          ${request.uid}, ${journalId}, ${seq}, ${new Date(at)}, ${print.weight}, ${print.unit},
          ${Buffer.from(raw, "latin1")}
        )
        on conflict do nothing`;
    }
    const weighings = await tx<Weighing[]>`
      select weight, unit, weighed_at
      from scale_check_weighing
      where request_uid = ${request.uid}
      order by weighed_at, journal_seq
      limit ${request.weighings}`;
    if (weighings.length === request.weighings) await keep(tx, request, weighings);
  }
}

async function keep(tx: Executor, request: Request, weighings: readonly Weighing[]): Promise<void> {
  const result = judge(request, weighings);
  // What was asked for was looked at then. Were it not so, bags must not wait for it.
  if (result === null) return;
  const { error, allowed, mean, deviation, passes } = result;
  await tx`
    insert into scale_check (
      plant_id, scale_id, station, request_uid, kind, weight_name, weight, unit, division, division_unit, class,
      shown, shown_units, error, allowed, mean, deviation, passes, checked_at, asked_by, person_id
    )
    select
      plant_id, scale_id, station, uid, kind, weight_name, weight, unit, division, division_unit, class,
      ${weighings.map(({ weight }) => weight)}::numeric[], ${weighings.map(({ unit }) => unit)}::text[],
      ${error}, ${allowed}, ${mean}, ${deviation}, ${passes}, ${weighings.at(-1)?.weighed_at ?? null}, asked_by,
      person_id
    from scale_check_request
    where uid = ${request.uid}
    on conflict (request_uid) do nothing`;
  await tx`update scale_check_request set state = 'done' where uid = ${request.uid}`;
}

/** Exactly, in grams: a print may be in another unit than the check weight. @returns null where its class knows no such load. */
function judge(request: Request, weighings: readonly Weighing[]): Result | null {
  const { kind, weight, unit } = request;
  const load = gramsOf(weight, unit);
  const shown = weighings.map((each) => gramsOf(each.weight, each.unit));
  const figure = (grams: Big) => inUnit(grams, unit, figureDecimals);
  if (kind === "repeatability") {
    const { mean, deviation, allowed, passes } = judgeRepeatability(
      shown.map((grams) => grams.toFixed()),
      load.toFixed(),
    );
    const inGrams = (grams: number) => figure(gramsOf(grams.toFixed(figureDecimals), "g"));
    return {
      error: null,
      allowed: inGrams(allowed),
      mean: inGrams(mean),
      deviation: inGrams(deviation),
      passes,
    };
  }
  const [first] = shown;
  const verdict =
    first &&
    judgeCheck(
      {
        weight: load.toFixed(),
        shown: first.toFixed(),
        division: gramsOf(request.division, request.division_unit).toFixed(),
      },
      stepsIn(request),
    );
  if (!verdict) return null;
  const { error, tolerance, passes } = verdict;
  return { error: figure(error), allowed: figure(tolerance), mean: null, deviation: null, passes };
}

function stepsIn({ class: name, steps }: Request): readonly ToleranceStep[] {
  const own = steps?.map(({ up_to: upTo, divisions }) => ({ upTo, divisions })) ?? null;
  return stepsOf(name, own);
}
