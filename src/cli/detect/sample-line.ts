import { z } from "zod";
import { type PrintMode, type PrintUnit, printUnits } from "../../indicators/print.ts";
import type { StreamSample } from "../../indicators/stream/sample.ts";
import { scaled } from "../../indicators/stream/scaled.ts";
import { errorMessage } from "../../runtime/error-message.ts";

export interface TimedSample extends StreamSample {
  readonly t: number;
}

const wanted = {
  t: 'wants "t", the time in milliseconds, a number',
  weight: 'wants "weight", a text with a decimal such as "50.20", or null without one',
  stable: 'wants "stable" as true, false or null',
  unit: `wants "unit" as one of ${printUnits.join(", ")}, or null`,
  mode: 'wants "mode" as "gross", "net" or null',
  kind: 'wants "kind" as one of weight, motion, overload, underload, error',
} as const;

const schema = z.object({
  t: z.number({ error: wanted.t }),
  weight: z
    .string({ error: wanted.weight })
    .refine((text) => scaled(text) !== null, { error: wanted.weight })
    .nullish(),
  stable: z.boolean({ error: wanted.stable }).nullish(),
  unit: z.enum(printUnits, { error: wanted.unit }).nullish(),
  mode: z.enum(["gross", "net"] satisfies PrintMode[], { error: wanted.mode }).nullish(),
  kind: z.enum(["weight", "motion", "overload", "underload", "error"], { error: wanted.kind }).nullish(),
});

/** Reads one line. @throws Error in words that continue "line 7". */
export function readSampleLine(line: string): TimedSample {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new Error(`is no JSON: ${errorMessage(error)}`);
  }
  const parsed = schema.safeParse(value, {
    error: () => 'wants an object such as {"t":0,"weight":"50.20","stable":true}',
  });
  if (!parsed.success) throw new Error(parsed.error.issues[0]?.message ?? "is no sample");
  const { t, weight = null, stable = null, unit = null, mode = null, kind } = parsed.data;
  const isWeight = (kind ?? (weight === null ? "motion" : "weight")) === "weight";
  if (kind === "weight" && weight === null) throw new Error(wanted.weight);
  return {
    t,
    weight: isWeight ? weight : null,
    stable,
    unit: unit satisfies PrintUnit | null,
    mode,
    kind: kind ?? (isWeight ? "weight" : "motion"),
  };
}
