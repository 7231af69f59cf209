import { Big } from "big.js";
import { z } from "zod";
import { type Actor, audit } from "../../audit/audit.ts";
import type { Executor, Sql } from "../../database/types.ts";
import { smallestNominalGrams } from "../../quality/average-system.ts";
import { gramsOf } from "../../quality/grams.ts";
import { ruleNames } from "../../quality/rules.ts";
import { decimalSchema } from "../../weighing/decimal.ts";
import { idMax } from "../../weighing/ids.ts";
import { units } from "../../weighing/units.ts";
import type { Bags } from "./bags.ts";
import type { Scope } from "./scope.ts";
import { lastJob } from "./terms.ts";

const weight = () => decimalSchema({ min: "0", above: true, max: "999999.9999", decimals: 4 }).nullable();

const fields = {
  label_rule: z
    .enum(["eu", "us"])
    .nullable()
    .describe("The law that the label follows: the average system (℮), or NIST Handbook 133."),
  unit: z.enum(units).describe("Of the label and of all limits here."),
  chart_rules: z
    .array(z.enum(ruleNames))
    .max(ruleNames.length)
    .nullable()
    .describe("Rules that are looked for in charts and on running jobs; null: the defaults."),
  live_reference: z
    .int()
    .min(1)
    .max(idMax)
    .nullable()
    .describe(
      "Frozen limits (of /api/quality/references) that running jobs are compared with; null: the job's target, and the spread of its first bags.",
    ),
};
const about = {
  label_quantity: "The quantity on the label.",
  mav: "With `us`: the maximum allowable variation of that quantity, as you looked it up.",
  lower: "Own lower limit.",
  upper: "Own upper limit.",
  lower2: "A second step, farther out.",
  upper2: "A second step, farther out.",
} as const;

/** What quality looks at in the bags of a product. */
export const productQualitySchema = z.object({
  ...fields,
  label_quantity: z.string().nullable().describe(about.label_quantity),
  mav: z.string().nullable().describe(about.mav),
  lower: z.string().nullable().describe(about.lower),
  upper: z.string().nullable().describe(about.upper),
  lower2: z.string().nullable(),
  upper2: z.string().nullable(),
});
export type ProductQuality = z.output<typeof productQualitySchema>;

/** The request to set it: the whole, in the place of what was. */
export const newProductQualitySchema = z
  .strictObject({
    label_rule: fields.label_rule.default(null),
    label_quantity: weight().default(null).describe(about.label_quantity),
    unit: fields.unit.default("lb"),
    mav: weight().default(null).describe(about.mav),
    lower: weight().default(null).describe(about.lower),
    upper: weight().default(null).describe(about.upper),
    lower2: weight().default(null).describe(about.lower2),
    upper2: weight().default(null).describe(about.upper2),
    chart_rules: fields.chart_rules.default(null),
    live_reference: fields.live_reference.default(null),
  })
  .superRefine(({ label_rule: rule, label_quantity: quantity, unit, ...limits }, context) => {
    const fault = (field: string, message: string) =>
      context.addIssue({ code: "custom", path: [field], message });
    if (rule !== null && quantity === null) fault("label_quantity", "is missing: `label_rule` needs it");
    if (rule === "eu" && quantity !== null && gramsOf(quantity, unit).lt(smallestNominalGrams)) {
      fault("label_quantity", `must be at least ${smallestNominalGrams} g`);
    }
    const rising = (["lower2", "lower", "upper", "upper2"] as const).filter((name) => limits[name] !== null);
    for (const [index, name] of rising.entries()) {
      const before = rising[index - 1];
      if (before === undefined) continue;
      if (!new Big(limits[name] ?? 0).gt(limits[before] ?? 0)) fault(name, `must be above \`${before}\``);
    }
  });
type NewProductQuality = z.output<typeof newProductQualitySchema>;

/** Nobody has set anything. */
const nothing: ProductQuality = {
  label_rule: null,
  label_quantity: null,
  unit: "lb",
  mav: null,
  lower: null,
  upper: null,
  lower2: null,
  upper2: null,
  chart_rules: null,
  live_reference: null,
};

/** What is looked at in a product's bags. @returns null where there is no such product. */
export async function readProductQuality(
  sql: Executor,
  plant: number,
  product: number,
): Promise<ProductQuality | null> {
  const [row] = await sql<({ is_set: boolean } & ProductQuality)[]>`
    select
      q.product_id is not null as is_set, q.label_rule, trim_scale(q.label_quantity) as label_quantity, q.unit,
      trim_scale(q.mav) as mav, trim_scale(q.lower) as lower, trim_scale(q.upper) as upper,
      trim_scale(q.lower2) as lower2, trim_scale(q.upper2) as upper2, q.chart_rules,
      q.live_reference
    from product p
    left join product_quality q on q.product_id = p.id
    where p.id = ${product} and p.plant_id = ${plant}`;
  if (row === undefined) return null;
  const { is_set: isSet, ...set } = row;
  return isSet ? set : nothing;
}

/** What is looked at in the bags of a question: that of the product of the bag weighed last. */
export async function qualityOfBags(
  sql: Executor,
  plant: number,
  bags: Bags,
  { product: asked }: Scope,
): Promise<ProductQuality> {
  const job = lastJob(bags);
  const [row] =
    job === null
      ? []
      : await sql<
          { product: number | null }[]
        >`select product_id as product from prepuff_job where id = ${job}`;
  const product = row?.product ?? asked;
  return product == null ? nothing : ((await readProductQuality(sql, plant, product)) ?? nothing);
}

/**
 * Sets it, in the place of what was.
 *
 * @returns null where there is no such product; `no_reference` where the plant has no such frozen limits.
 */
export function writeProductQuality(
  sql: Sql,
  product: number,
  next: NewProductQuality,
  by: Actor,
): Promise<ProductQuality | null | "no_reference"> {
  return sql.begin(async (tx) => {
    await tx`select from product where id = ${product} and plant_id = ${by.plant} for update`;
    const before = await readProductQuality(tx, by.plant, product);
    if (before === null) return null;
    const { live_reference: reference } = next;
    if (reference !== null) {
      const [found] = await tx`
        select id from quality_reference where id = ${reference} and plant_id = ${by.plant} for key share`;
      if (found === undefined) return "no_reference";
    }
    await tx`
      insert into product_quality ${tx({ product_id: product, ...next })}
      on conflict (product_id) do update set ${tx({ ...next })}`;
    const after = await readProductQuality(tx, by.plant, product);
    if (after === null) throw new Error(`product ${product} vanished while it was changed`);
    const names = Object.keys(after).filter((name) => textOf(before, name) !== textOf(after, name));
    if (names.length > 0) {
      await audit(tx, by, {
        action: "product.change",
        subject: `product:${product}`,
        detail: {},
        before: Object.fromEntries(names.map((name) => [name, shown(before, name)])),
        after: Object.fromEntries(names.map((name) => [name, shown(after, name)])),
      });
    }
    return after;
  });
}

function shown(quality: ProductQuality, name: string): string | number | readonly string[] | null {
  return { ...quality }[name as keyof ProductQuality];
}

function textOf(quality: ProductQuality, name: string): string {
  return JSON.stringify(shown(quality, name));
}
