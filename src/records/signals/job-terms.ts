import { Big } from "big.js";
import type { Executor } from "../../database/types.ts";
import { averageLimits, lowestLawfulMean } from "../../quality/average-system.ts";
import { gramsOf } from "../../quality/grams.ts";
import { defaultRules, type RuleName } from "../../quality/rules.ts";
import type { Unit } from "../../weighing/units.ts";

/** What a job's bags are watched by. */
export interface JobTerms {
  readonly id: number;
  readonly station: string;
  readonly isActive: boolean;
  /** Since when its target and tolerance hold; null: since it began. */
  readonly since: Date | null;
  /** lb. */
  readonly target: number;
  /** The number given last. */
  readonly lastNum: number;
  readonly rules: readonly RuleName[];
  /** Frozen limits in force for its product. */
  readonly reference: { readonly id: number; readonly center: number; readonly sigma: number } | null;
  /** The lowest mean that its label's law allows for a standard deviation, both in lb; null: it has no label. */
  readonly lowestFor: ((deviation: number) => number) | null;
  /** Differs where anything differs that bags are compared with. */
  readonly key: string;
}

interface Row {
  readonly id: number;
  readonly station: string;
  readonly isActive: boolean;
  readonly since: Date | null;
  readonly target: number;
  readonly lastNum: number;
  readonly rules: readonly RuleName[] | null;
  readonly reference: number | null;
  readonly center: number | null;
  readonly sigma: number | null;
  readonly rule: "eu" | "us" | null;
  readonly quantity: string | null;
  readonly unit: Unit | null;
}

/** The jobs that run in a plant. */
export async function runningJobs(sql: Executor, plant: number): Promise<number[]> {
  const rows = await sql<{ id: number }[]>`
    select id from prepuff_job where plant_id = ${plant} and status = 'active' order by id`;
  return rows.map(({ id }) => id);
}

/** Unknown jobs are left out. */
export async function readJobTerms(
  sql: Executor,
  plant: number,
  jobs: readonly number[],
): Promise<JobTerms[]> {
  if (jobs.length === 0) return [];
  const rows = await sql<Row[]>`
    select
      j.id, j.station, j.status = 'active' as "isActive", j.terms_since as since, j.target_weight::float8 as target,
      j.last_bag_num as "lastNum", q.chart_rules as rules, r.id as reference, r.center, r.sigma,
      q.label_rule as rule, q.label_quantity as quantity, q.unit
    from prepuff_job j
    left join product_quality q on q.product_id = j.product_id
    left join quality_reference r on r.id = q.live_reference
    where j.plant_id = ${plant} and j.id = any (${[...jobs]}::integer[])`;
  return rows.map(termsOf);
}

function termsOf(row: Row): JobTerms {
  const { id, station, isActive, since, target, lastNum, reference, center, sigma } = row;
  const rules = row.rules ?? defaultRules;
  const frozen =
    reference === null || center === null || sigma === null ? null : { id: reference, center, sigma };
  const { rule, quantity, unit } = row;
  return {
    id,
    station,
    isActive,
    since,
    target,
    lastNum,
    rules,
    reference: frozen,
    lowestFor: rule === null || quantity === null || unit === null ? null : lowestBy(rule, quantity, unit),
    key: JSON.stringify([since, target, rules, frozen, rule, quantity, unit]),
  };
}

function lowestBy(rule: "eu" | "us", quantity: string, unit: Unit): (deviation: number) => number {
  const gramsPerPound = gramsOf("1", "lb").toNumber();
  const nominal = gramsOf(quantity, unit);
  if (rule === "us") {
    const pounds = nominal.div(new Big(gramsPerPound)).toNumber();
    return () => pounds;
  }
  const limits = averageLimits(nominal);
  return (deviation) => lowestLawfulMean(limits, deviation * gramsPerPound) / gramsPerPound;
}
