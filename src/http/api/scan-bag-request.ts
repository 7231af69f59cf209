import { z } from "zod";
import type { ScannedBag } from "../../records/scan.ts";
import { sentenceOf } from "../../runtime/sentences.ts";
import { stationSchema } from "../../runtime/typed-text.ts";
import { idMax } from "../../weighing/ids.ts";
import { earliestMs, unitSchema, weightSchema } from "../../weighing/weighed-fields.ts";
import { type Fault, invalid, scanBagPath } from "../answer/problem.ts";
import { type Fields, isFields, readBody } from "../request/body.ts";
import { refused } from "../request/checked.ts";

const dayMs = 86_400_000;
/** Clocks differ, and a wrong time zone puts one half a day ahead; more than a day is nonsense. */
const aheadMaxMs = dayMs;

/** The four fields of the contract; others are ignored, as the old API ignores them. */
const scanBagFields = z.object({
  weight: weightSchema,
  unit: unitSchema,
  scale: z
    .union([z.string(), z.number()])
    .transform((input) => String(input).trim())
    .pipe(z.string().regex(/^\d{1,20}$/, "must be a whole number"))
    .transform(Number)
    .pipe(z.int(`must be from 1 to ${idMax}`).min(1).max(idMax)),
  station: stationSchema,
});

const weighedAtSchema = z.iso.datetime({ offset: true });

/**
 * Reads a bag and its key from a request.
 *
 * @param nowMs the time of weighing where the sender says none.
 * @throws Problem 415, or 422 with every field that is wrong.
 */
export async function readScanBag(
  request: Request,
  nowMs: number,
): Promise<{ bag: ScannedBag; key: string | null }> {
  const given = await readFields(request);
  const fields = scanBagFields.safeParse(given, { error: sentenceOf });
  const key = readKey(request.headers.get("idempotency-key"));
  const weighedAt = readWeighedAt(request.headers.get("prepuff-weighed-at"), nowMs);

  const faults: Fault[] = fields.success
    ? []
    : fields.error.issues.map(({ path: [field = "body"], message }) => ({
        field: String(field),
        message: given[String(field)] === undefined ? "is missing" : message,
      }));
  if (isFault(key)) faults.push(key);
  if (isFault(weighedAt)) faults.push(weighedAt);
  if (!fields.success || isFault(key) || isFault(weighedAt)) throw refused(faults);
  return { bag: { ...fields.data, weighedAt }, key };
}

/** @throws Problem 400, 413, 415 or 422. */
async function readFields(request: Request): Promise<Fields> {
  const fields = await readBody(request, {
    path: scanBagPath,
    media: ["form", "json"],
    reviver: asWritten,
    notJson: () => invalid({ field: "body", message: "is not JSON" }),
  });
  if (isFields(fields)) return fields;
  throw invalid({ field: "body", message: fields === undefined ? "is missing" : "must be a JSON object" });
}

/** Numbers stay as they were written, so that 45.20 is stored as the scale printed it. */
function asWritten(key: string, given: unknown, context?: { readonly source?: string }): unknown {
  return typeof given === "number" && (key === "weight" || key === "scale")
    ? (context?.source ?? given)
    : given;
}

function readKey(header: string | null): string | null | Fault {
  if (header === null || /^[\x20-\x7e]{1,255}$/.test(header)) return header;
  return { field: "Idempotency-Key", message: "must be 1 to 255 printable ASCII characters" };
}

function readWeighedAt(header: string | null, nowMs: number): number | Fault {
  if (header === null) return nowMs;
  const fault = (message: string): Fault => ({ field: "Prepuff-Weighed-At", message });
  const text = header.toUpperCase();
  if (!weighedAtSchema.safeParse(text).success) {
    return fault("must be a time after RFC 3339, as 2025-06-01T08:30:00.123Z");
  }
  const weighedAt = Date.parse(text);
  if (weighedAt < earliestMs) return fault("is before the year 2000: is the clock set?");
  if (weighedAt > nowMs + aheadMaxMs) return fault("is more than a day ahead: is the clock right?");
  return weighedAt;
}

function isFault(value: unknown): value is Fault {
  return isFields(value) && "message" in value;
}
