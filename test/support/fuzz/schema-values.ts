// Values after a JSON schema, and values beside it, from a seeded source.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON schema, as far as this API's document uses them. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly format?: string;
}

/** A whole number from 0 to `bound` - 1: the only source of chance here. */
export type Source = (bound: number) => number;

export function pick<T>(source: Source, items: readonly [T, ...T[]]): T {
  return items[source(items.length)] ?? items[0];
}

export function chance(source: Source, percent: number): boolean {
  return source(100) < percent;
}

/** What has broken such programs before: quotes of every language, control and direction marks, borders of numbers. */
const nastyTexts: readonly [string, ...string[]] = [
  "",
  " ",
  "'",
  "'; drop table filler_bag; --",
  '"><script>alert(1)</script>',
  "=cmd|' /C calc'!A0",
  "@SUM(1+1)*cmd",
  "a\r\nset-cookie: x=1",
  "a\u0000b",
  "a\u001b[31mb",
  "\u2028\u2029\u202etxt.exe",
  "\ud800",
  "\udfff half",
  "Ünïcödé 重量 🧵",
  "%00",
  `%s%n${"{jndi:ldap://x}"}`,
  "../../../../etc/passwd",
  "__proto__",
  "constructor",
  "null",
  "NaN",
  "1e400",
  "-0",
  "a".repeat(51),
  "a".repeat(600),
];

const nastyNumbers: readonly [Json, ...Json[]] = [
  0, -1, 0.1, 1.5, 2_147_483_647, 2_147_483_648, -2_147_483_649, 9_007_199_254_740_991, 9_007_199_254_740_992,
  1e21, 1e308, -1e-300,
];

/** A value that fits the schema, as far as the schema tells: text may still be no decimal. */
export function fitting(source: Source, schema: Schema): Json {
  if (schema.const !== undefined) return schema.const;
  const [choice, ...choices] = schema.enum ?? [];
  if (choice !== undefined) return pick(source, [choice, ...choices]);
  const [first, ...others] = schema.anyOf ?? [];
  if (first !== undefined) return fitting(source, pick(source, [first, ...others]));
  const type = typeof schema.type === "string" ? schema.type : (schema.type?.[0] ?? "object");
  switch (type) {
    case "string":
      return text(source, schema);
    case "integer":
    case "number":
      return number(source, schema);
    case "boolean":
      return chance(source, 50);
    case "null":
      return null;
    case "array": {
      const length = (schema.minItems ?? 0) + source(4);
      return Array.from({ length }, () => fitting(source, schema.items ?? {}));
    }
    default:
      return object(source, schema);
  }
}

/** The same with something wrong in it, mostly. */
export function spoiled(source: Source, schema: Schema): Json {
  const isObject = schema.properties !== undefined || schema.anyOf !== undefined;
  if (!isObject || chance(source, 20)) return anything(source, 2);
  const value = fitting(source, schema);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return anything(source, 2);
  const entries: [string, Json][] = Object.entries(value);
  const at = source(entries.length + 1);
  const changed = entries.flatMap(([key, inner], index): [string, Json][] => {
    if (index !== at) return [[key, inner]];
    return chance(source, 30) ? [] : [[key, anything(source, 2)]];
  });
  if (at === entries.length || chance(source, 20))
    changed.push([pick(source, nastyTexts), anything(source, 1)]);
  return Object.fromEntries(changed);
}

/** Any JSON, mostly nasty. */
function anything(source: Source, depth: number): Json {
  switch (source(depth > 0 ? 7 : 5)) {
    case 0:
      return null;
    case 1:
      return chance(source, 50);
    case 2:
      return pick(source, nastyNumbers);
    case 3:
    case 4:
      return pick(source, nastyTexts);
    case 5:
      return Array.from({ length: source(4) }, () => anything(source, depth - 1));
    default:
      return Object.fromEntries(
        Array.from({ length: source(4) }, () => [pick(source, nastyTexts), anything(source, depth - 1)]),
      );
  }
}

function text(source: Source, { format, minLength = 0, maxLength = 60 }: Schema): string {
  if (format === "date-time") {
    const at = new Date(Date.UTC(2000 + source(60), source(12), 1 + source(28))).toISOString();
    return pick(source, [at, at.replace("Z", "+05:30")]);
  }
  const candidate = pick(source, [
    `Station ${1 + source(9)}`,
    String(1 + source(100)),
    `${source(100)}.${source(100)}`,
    "lb",
    ...nastyTexts,
  ]);
  return candidate.slice(0, maxLength).padEnd(minLength, "x");
}

function number(source: Source, { type, minimum = -1_000, maximum = 2_147_483_647 }: Schema): number {
  const wide = Math.min(maximum, Number.MAX_SAFE_INTEGER) - minimum;
  const value = pick(source, [
    minimum,
    Math.min(maximum, Number.MAX_SAFE_INTEGER),
    minimum + source(Math.min(wide, 50) + 1),
    minimum + source(Math.min(wide, 50) + 1),
    Math.floor(minimum + (wide * source(1_000)) / 1_000),
  ]);
  return type === "integer" ? value : value + source(100) / 100;
}

function object(source: Source, { properties = {}, required = [] }: Schema): Json {
  const entries = Object.entries(properties).filter(([key]) => required.includes(key) || chance(source, 50));
  return Object.fromEntries(
    entries.map(([key, schema]) => {
      const [hint, ...hints] = likely[key] ?? [];
      return [
        key,
        hint === undefined || chance(source, 30) ? fitting(source, schema) : pick(source, [hint, ...hints]),
      ];
    }),
  );
}

/** What the schema does not tell, so that enough requests get past the first check. */
const likely: Readonly<Record<string, readonly Json[]>> = {
  company: ["Shelter", "=1+1", "Ünïcödé & <Co>"],
  station: ["Station 1", "Station 2", "S'3\""],
  weight: ["45.20", 50, "55.01", "0.0001"],
  unit: ["lb", "kg", "LBS", "oz"],
  scale: [1, "2", 7],
  target_weight: ["50", 0.01, "99999999.99"],
  tolerance_percent: ["10", 0, "100"],
  quantity: [1, 2, 5, 1_000_000],
  job_id: [1, 2, 3, 4, 5],
  token: ["operator-token-of-the-system-tests", "metrics-token-of-the-fuzzing", "pp_"],
  note: ["display is dark", "=1+1"],
  alias_of: [1, 2, 7],
  reason: ["torn", "=cmd|' /C calc'!A0"],
};
