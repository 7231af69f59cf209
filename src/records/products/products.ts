import { z } from "zod";
import { type Actor, audit } from "../../audit/audit.ts";
import type { Executor, Sql, Transaction } from "../../database/types.ts";
import { errorCode } from "../../runtime/error-code.ts";
import { nameSchema } from "../../runtime/typed-text.ts";
import { decimalSchema } from "../../weighing/decimal.ts";
import { noteSchema, quantitySchema, targetWeightSchema, toleranceSchema } from "../jobs/job-fields.ts";
import { shownUnits } from "../jobs/shown-unit.ts";

/** More than a plant fills. */
export const productsMax = 2_000;

/** What a plant fills, as the API shows it. A job that is started from it takes over what it says then. */
export const productSchema = z.object({
  id: z.int(),
  name: z.string(),
  target_weight: z.string().describe("Pounds."),
  tolerance_percent: z.string(),
  quantity: z.int().nullable().describe("Bags of a job, as a rule; null: each job says it."),
  unit: z.enum(shownUnits).nullable().describe("The unit that its weights are shown in; null: the reader's."),
  price_per_lb: z.string().nullable(),
  bag_volume: z.string().nullable().describe("Cubic feet, for the density."),
  tare: z
    .string()
    .nullable()
    .describe(
      "What the empty bag weighs, pounds: taken off what scales print that weigh gross. null: nothing.",
    ),
  note: z.string().nullable(),
  retired_at: z.iso.datetime().nullable().describe("No job is started from it since; null: it is in use."),
  last_used_at: z.iso.datetime().nullable().describe("When its last job was started; null: it has none."),
});
export type Product = z.output<typeof productSchema>;

/** The request to make a product. */
export const newProductSchema = z.strictObject({
  name: nameSchema(200),
  target_weight: targetWeightSchema.describe("Pounds."),
  tolerance_percent: toleranceSchema.optional().describe("Left out: PREPUFF_TOLERANCE_PERCENT."),
  quantity: quantitySchema.nullable().default(null),
  unit: z.enum(shownUnits).nullable().default(null),
  price_per_lb: decimalSchema({ min: "0", max: "99999999.9999", decimals: 4 }).nullable().default(null),
  bag_volume: decimalSchema({ min: "0", above: true, max: "9999999.999", decimals: 3 })
    .nullable()
    .default(null),
  tare: decimalSchema({ min: "0", above: true, max: "999999.9999", decimals: 4 }).nullable().default(null),
  note: noteSchema.nullable().default(null),
});

/** A product to make, with everything decided. */
export type NewProduct = Omit<z.output<typeof newProductSchema>, "tolerance_percent"> & {
  readonly tolerance_percent: string;
};

/** The request to change one; what is left out stays. */
export const productChangeSchema = z
  .strictObject({
    name: newProductSchema.shape.name.optional(),
    target_weight: newProductSchema.shape.target_weight.optional(),
    tolerance_percent: newProductSchema.shape.tolerance_percent,
    quantity: newProductSchema.shape.quantity.unwrap().optional(),
    unit: newProductSchema.shape.unit.unwrap().optional(),
    price_per_lb: newProductSchema.shape.price_per_lb.unwrap().optional(),
    bag_volume: newProductSchema.shape.bag_volume.unwrap().optional(),
    tare: newProductSchema.shape.tare.unwrap().optional(),
    note: newProductSchema.shape.note.unwrap().optional(),
    retired: z.boolean().optional().describe("True: no job is started from it any more."),
  })
  .refine((body) => Object.keys(body).length > 0, "must change something");
export type ProductChange = z.output<typeof productChangeSchema>;

export type ProductKept =
  | { readonly ok: true; readonly product: Product }
  | { readonly ok: false; readonly reason: "not_found" | "name_taken" | "too_many" };

interface ProductRow extends Omit<Product, "retired_at" | "last_used_at"> {
  readonly retired_at: Date | null;
  readonly last_used_at: Date | null;
}

/** By name; those in use alone, or with `retired` the others alone. */
export async function listProducts(
  sql: Executor,
  plant: number,
  filter: { readonly retired?: boolean | undefined } = {},
): Promise<Product[]> {
  const { retired } = filter;
  const rows = await sql<ProductRow[]>`
    ${selectProducts(sql)}
    where plant_id = ${plant}
      ${retired === undefined ? sql`` : retired ? sql`and retired_at is not null` : sql`and retired_at is null`}
    order by lower(name), id`;
  return rows.map(toProduct);
}

export async function getProduct(sql: Executor, plant: number, id: number): Promise<Product | null> {
  const [row] = await sql<ProductRow[]>`${selectProducts(sql)} where id = ${id} and plant_id = ${plant}`;
  return row === undefined ? null : toProduct(row);
}

export function createProduct(sql: Sql, product: NewProduct, by: Actor): Promise<ProductKept> {
  return orNameTaken(() => sql.begin((tx) => insertProduct(tx, product, by)));
}

/** Changes a product, or retires it and takes that back. Jobs that were made from it stay as they are. */
export function changeProduct(sql: Sql, id: number, change: ProductChange, by: Actor): Promise<ProductKept> {
  return orNameTaken(() => sql.begin((tx) => updateProduct(tx, id, change, by)));
}

/** @throws PostgreSQL's 23505 where another product in use has the name. */
export async function insertProduct(tx: Transaction, product: NewProduct, by: Actor): Promise<ProductKept> {
  const { name, target_weight, tolerance_percent, quantity, unit, price_per_lb, bag_volume, tare, note } =
    product;
  // Of two at once the second sees what the first has made.
  await tx`select pg_advisory_xact_lock(hashtextextended('products', ${by.plant}))`;
  const [count] = await tx<{ products: number }[]>`
    select count(*)::integer as products from product where plant_id = ${by.plant} and retired_at is null`;
  if ((count?.products ?? 0) >= productsMax) return { ok: false, reason: "too_many" };
  const [made] = await tx<{ id: number }[]>`
    insert into product (
      plant_id, name, target_weight, tolerance_percent, quantity, unit, price_per_lb, bag_volume, tare, note
    )
    values (
      ${by.plant}, ${name}, ${target_weight}, ${tolerance_percent}, ${quantity}, ${unit}, ${price_per_lb},
      ${bag_volume}, ${tare}, ${note}
    )
    returning id`;
  const stored = made === undefined ? null : await getProduct(tx, by.plant, made.id);
  if (stored === null) throw new Error("the product just inserted is not there");
  const { id, last_used_at: _, ...after } = stored;
  await audit(tx, by, {
    action: "product.create",
    subject: `product:${id}`,
    detail: {},
    before: null,
    after,
  });
  return { ok: true, product: stored };
}

/** @throws as `insertProduct`. */
export async function updateProduct(
  tx: Transaction,
  id: number,
  change: ProductChange,
  by: Actor,
): Promise<ProductKept> {
  await tx`select from product where id = ${id} for update`;
  const before = await getProduct(tx, by.plant, id);
  if (before === null) return { ok: false, reason: "not_found" };
  const { retired, ...values } = change;
  const next = { ...before, ...withoutUndefined(values) };
  const retiredAt = () => {
    if (retired === undefined) return tx`retired_at`;
    return retired ? tx`coalesce(retired_at, ${new Date(by.at)})` : tx`null`;
  };
  await tx`
    update product
    set
      name = ${next.name}, target_weight = ${next.target_weight}, tolerance_percent = ${next.tolerance_percent},
      quantity = ${next.quantity}, unit = ${next.unit}, price_per_lb = ${next.price_per_lb},
      bag_volume = ${next.bag_volume}, tare = ${next.tare}, note = ${next.note},
      retired_at = ${retiredAt()}
    where id = ${id}`;
  const after = await getProduct(tx, by.plant, id);
  if (after === null) throw new Error(`product ${id} vanished while it was changed`);
  const changed = fields.filter((field) => before[field] !== after[field]);
  if (changed.length > 0) {
    await audit(tx, by, {
      action: "product.change",
      subject: `product:${id}`,
      detail: { name: after.name },
      before: Object.fromEntries(changed.map((field) => [field, before[field]])),
      after: Object.fromEntries(changed.map((field) => [field, after[field]])),
    });
  }
  return { ok: true, product: after };
}

const fields = [
  "name",
  "target_weight",
  "tolerance_percent",
  "quantity",
  "unit",
  "price_per_lb",
  "bag_volume",
  "tare",
  "note",
  "retired_at",
] as const;

type Given<Value> = { [Key in keyof Value]?: Exclude<Value[Key], undefined> };

function withoutUndefined<Value extends object>(value: Value): Given<Value> {
  // Object.fromEntries knows nothing of the keys.
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Given<Value>;
}

async function orNameTaken(work: () => Promise<ProductKept>): Promise<ProductKept> {
  try {
    return await work();
  } catch (error) {
    if (errorCode(error) === "23505") return { ok: false, reason: "name_taken" };
    throw error;
  }
}

function selectProducts(sql: Executor) {
  return sql`
    select
      id, name, target_weight, tolerance_percent, quantity, unit, price_per_lb, bag_volume, tare, note,
      retired_at,
      (select max(started_at) from prepuff_job j where j.product_id = product.id) as last_used_at
    from product`;
}

function toProduct(row: ProductRow): Product {
  return {
    ...row,
    retired_at: row.retired_at?.toISOString() ?? null,
    last_used_at: row.last_used_at?.toISOString() ?? null,
  };
}
