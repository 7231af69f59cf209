import { z } from "zod";
import type { Executor, Transaction } from "../../database/types.ts";
import { nameSchema, stationSchema } from "../../runtime/typed-text.ts";
import { idMax } from "../../weighing/ids.ts";
import { getProduct, type Product } from "../products/products.ts";
import { lotSchema, noteSchema, quantitySchema, targetWeightSchema, toleranceSchema } from "./job-fields.ts";
import type { Job } from "./job-view.ts";

/** The request to start or plan a job. */
export const newJobSchema = z.strictObject({
  company: nameSchema(200),
  station: stationSchema,
  product_id: z
    .int()
    .min(1)
    .max(idMax)
    .nullable()
    .optional()
    .describe("What is left out of the job is as the product says."),
  target_weight: targetWeightSchema.optional().describe("Pounds. Needed without a product."),
  quantity: quantitySchema.optional().describe("Bags. Needed where no product says it."),
  tolerance_percent: toleranceSchema
    .optional()
    .describe("Left out: the product's, else PREPUFF_TOLERANCE_PERCENT."),
  started_by: nameSchema(200)
    .nullable()
    .optional()
    .describe("Left out: the name of the token, where it has one."),
  lot: lotSchema.nullable().optional().describe("The lot that it is filled from; it can change later."),
  note: noteSchema.nullable().optional(),
  status: z
    .enum(["active", "planned"])
    .default("active")
    .describe("`planned`: it joins its station's queue."),
});
export type NewJobBody = z.output<typeof newJobSchema>;

/** What a job takes over from its product. */
export type ProductCopy = Pick<Product, "id" | "name" | "unit" | "price_per_lb" | "bag_volume" | "tare">;

/** A job to start or plan, with everything decided. */
export interface NewJob {
  readonly company: string;
  readonly station: string;
  readonly target_weight: string;
  readonly tolerance_percent: string;
  readonly quantity: number;
  readonly started_by: string | null;
  readonly product?: ProductCopy | null;
  readonly note?: string | null;
  readonly lot?: string | null;
}

export type Ordered =
  | { readonly ok: true; readonly job: NewJob }
  | {
      readonly ok: false;
      readonly field: "product_id" | "target_weight" | "quantity";
      readonly message: string;
    };

/** Decides what a request leaves to the product and to the plant's tolerance. */
export async function orderJob(
  sql: Executor,
  plant: number,
  body: NewJobBody,
  tolerance: string,
): Promise<Ordered> {
  const { product_id: id } = body;
  const product = id == null ? null : await getProduct(sql, plant, id);
  if (id != null && product === null) return fault("product_id", `there is no product ${id}`);
  if (product !== null && product.retired_at !== null) {
    return fault("product_id", `product ${JSON.stringify(product.name)} is retired`);
  }
  const target = body.target_weight ?? product?.target_weight;
  const quantity = body.quantity ?? product?.quantity ?? undefined;
  if (target === undefined) return fault("target_weight", "is missing");
  if (quantity === undefined) {
    return fault("quantity", product === null ? "is missing" : "is missing, and the product has none");
  }
  return {
    ok: true,
    job: {
      company: body.company,
      station: body.station,
      target_weight: target,
      tolerance_percent: body.tolerance_percent ?? product?.tolerance_percent ?? tolerance,
      quantity,
      started_by: body.started_by ?? null,
      product,
      note: body.note ?? product?.note ?? null,
      lot: body.lot ?? null,
    },
  };
}

function fault(field: Extract<Ordered, { ok: false }>["field"], message: string): Ordered {
  return { ok: false, field, message };
}

/** The company's id; it is made when new. */
export async function ensureCompany(tx: Transaction, name: string): Promise<number> {
  const find = () => tx<{ id: number }[]>`select id from prepuff_company where name = ${name}`;
  let [company] = await find();
  if (company === undefined) {
    // Waits for a transaction that inserts the same name, and then changes nothing.
    await tx`insert into prepuff_company (name) values (${name}) on conflict (name) do nothing`;
    [company] = await find();
  }
  if (company === undefined) throw new Error(`company ${JSON.stringify(name)} vanished while it was made`);
  return company.id;
}

/** What is the same in the row of every new job: columns and values, to stand in an `insert`. */
export function newJobRow(tx: Transaction, job: NewJob, plant: number, companyId: number) {
  const { product = null } = job;
  return {
    columns: tx`plant_id, prepuff_company_id, station, target_weight, tolerance_percent, quantity,
      product_id, product, unit, price_per_lb, bag_volume, tare, note, started_by`,
    values: tx`${plant}, ${companyId}, ${job.station}, ${job.target_weight}, ${job.tolerance_percent}, ${job.quantity},
      ${product?.id ?? null}, ${product?.name ?? null}, ${product?.unit ?? null}, ${product?.price_per_lb ?? null},
      ${product?.bag_volume ?? null}, ${product?.tare ?? null}, ${job.note ?? null}, ${job.started_by}`,
  };
}

/** The lot of a new job is that of all its bags until it changes, also of those assigned later. */
export async function setFirstLot(
  tx: Transaction,
  jobId: number,
  lot: string | null | undefined,
): Promise<void> {
  if (lot != null) await tx`insert into job_lot (job_id, lot, since) values (${jobId}, ${lot}, '-infinity')`;
}

/** What was ordered, for the audit trail. */
export function orderText(job: Job) {
  const { company, station, product, target_weight, tolerance_percent, quantity, note, lot, started_by } =
    job;
  return {
    company,
    station,
    ...(product !== null && { product }),
    target_weight,
    tolerance_percent,
    quantity,
    ...(note !== null && { note }),
    ...(lot !== null && { lot }),
    started_by,
  };
}
