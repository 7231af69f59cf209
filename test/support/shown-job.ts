import type { Job } from "../../src/records/jobs/job-view.ts";

/** What a job has that was made without a product, a note or a lot. */
export const plainJob = {
  product_id: null,
  product: null,
  unit: null,
  price_per_lb: null,
  bag_volume: null,
  tare: null,
  note: null,
  lot: null,
  place: null,
  released: null,
} as const satisfies Partial<Job>;
