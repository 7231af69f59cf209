import type { Sql } from "../../src/database/database.ts";

/** A scale that is checked with 50 lb, for `PUT /api/scales/{id}/checking`. */
export const checking = {
  division: "0.02",
  unit: "lb",
  class: "hb44-iii",
  weights: [{ name: "50 lb", weight: "50", unit: "lb" }],
};

export interface MadeCheck {
  readonly scale: number;
  readonly at: number;
  readonly passes?: boolean;
  readonly kind?: "weight" | "repeatability";
  /** Of the check weight, in lb. */
  readonly weight?: string;
}

/** A check that was made, as recording writes it; with its weight's name, as `50 lb`. */
export async function madeCheck(sql: Sql, check: MadeCheck): Promise<void> {
  const { scale, at, passes = true, kind = "weight", weight = "50" } = check;
  const uid = Bun.randomUUIDv7();
  const both = {
    plant_id: 1,
    scale_id: scale,
    station: "Station 1",
    kind,
    weight_name: kind === "weight" ? `${weight} lb` : "",
    weight,
    unit: "lb",
    division: "0.02",
    division_unit: "lb",
    class: "hb44-iii",
    allowed: "0.06",
    asked_by: "operator",
  };
  const time = new Date(at);
  await sql`
    insert into scale_check_request ${sql({ ...both, uid, weighings: 1, asked_at: time, expires_at: time, state: "done" })}`;
  await sql`
    insert into scale_check ${sql({ ...both, request_uid: uid, shown: ["50.02"], shown_units: ["lb"], error: "0.02", passes, checked_at: time })}`;
}
