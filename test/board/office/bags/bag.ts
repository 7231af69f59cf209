import type { Bag } from "../../../../src/records/bags/bag-view.ts";

/** A bag of a job, in tolerance, unless told otherwise. */
export function bagOf(changes: Partial<Bag> = {}): Bag {
  return {
    id: 1,
    uid: "01890000-0000-7000-8000-000000000001",
    job_id: 1,
    bag_num: 1,
    station: "Station 1",
    scale: 1,
    printed_scale: 1,
    weight: "50.20",
    unit: "lb",
    weight_lb: "50.20",
    gross: null,
    tare: null,
    density: null,
    target_weight: "50.00",
    tolerance_percent: "10.00",
    in_tolerance: true,
    repeat_suspected: false,
    lot: null,
    doubt: null,
    followed_by: null,
    source: "scale",
    note: null,
    weighed_at: "2026-03-01T10:00:00.000Z",
    recorded_at: "2026-03-01T10:00:00.100Z",
    voided_at: null,
    void_code: null,
    void_reason: null,
    delivery: null,
    ...changes,
  };
}
