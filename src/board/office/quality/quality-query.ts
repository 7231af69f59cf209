import type { ChartKind, ChartUnit } from "../../../records/quality/chart-answer.ts";
import type { LabelRule } from "../../../records/quality/limits-schema.ts";

/** What the page is about, as its address has it: under the names of the API's own parameters. */
export interface QualityQuery {
  /** Which bags; all null: of the newest job. */
  readonly scope: {
    readonly job: string | null;
    readonly product: string | null;
    readonly station: string | null;
    readonly scale: string | null;
    readonly from: string | null;
    readonly to: string | null;
  };
  readonly chart: ChartKind;
  readonly size: string;
  /** What is charted: weights, or densities. */
  readonly of: ChartUnit;
  /** Frozen limits; null: those that the bags give. */
  readonly reference: string | null;
  /** null: no label is looked at. */
  readonly rule: Exclude<LabelRule, "own"> | null;
  readonly quantity: string;
  readonly unit: "lb" | "kg" | "g";
}

export const chartChoices: readonly ChartKind[] = ["xbar_r", "xbar_s", "i_mr", "ewma", "cusum"];
export const chartedChoices: readonly ChartUnit[] = ["lb", "lb/ft3", "kg/m3"];
export const sizeChoices = ["2", "3", "4", "5", "6", "8", "10", "15", "20", "25"] as const;
export const unitChoices = ["lb", "kg", "g"] as const;

/** Reads the address's query; what makes no sense is left out. */
export function readQualityQuery(query: URLSearchParams): QualityQuery {
  const one = <Value extends string>(name: string, values: readonly Value[], otherwise: Value): Value =>
    values.find((value) => value === query.get(name)) ?? otherwise;
  return {
    scope: {
      job: query.get("job"),
      product: query.get("product"),
      station: query.get("station"),
      scale: query.get("scale"),
      from: query.get("from"),
      to: query.get("to"),
    },
    chart: one("chart", chartChoices, "xbar_r"),
    size: one("size", sizeChoices, "5"),
    of: one("of", chartedChoices, "lb"),
    reference: query.get("reference"),
    rule: (["eu", "us"] as const).find((rule) => rule === query.get("rule")) ?? null,
    quantity: query.get("quantity") ?? "",
    unit: one("unit", unitChoices, "lb"),
  };
}

/** Whether the address says which bags. */
export function hasScope({ scope }: QualityQuery): boolean {
  return scope.job !== null || scope.product !== null || scope.station !== null || scope.scale !== null;
}
