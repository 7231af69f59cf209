import { z } from "zod";
import type { ScannedBag } from "../bags/scan.ts";
import { stationSchema } from "../bags/text.ts";
import { earliestMs, unitSchema, weightSchema } from "../bags/weighed-fields.ts";
import { type Fault, invalid, Problem } from "./problem.ts";

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
    .pipe(z.int("must be from 1 to 2147483647").min(1).max(2_147_483_647)),
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
  const given = fieldsOf(request.headers.get("content-type"), await readBody(request));
  const fields = scanBagFields.safeParse(given);
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
  const [first, ...others] = faults;
  if (first !== undefined) throw invalid(first, ...others);
  if (!fields.success || isFault(key) || isFault(weighedAt)) throw new Error("a fault that was not said");
  return { bag: { ...fields.data, weighedAt }, key };
}

/** A client that goes away in the middle, or sends too much, is no fault of the appliance. */
async function readBody(request: Request): Promise<string> {
  try {
    return await request.text();
  } catch {
    throw new Problem(400, "malformed_body", "the body broke off, or is too long");
  }
}

function fieldsOf(contentType: string | null, text: string): Readonly<Record<string, unknown>> {
  const media = (contentType ?? "application/x-www-form-urlencoded").split(";")[0]?.trim().toLowerCase();
  switch (media) {
    case "application/x-www-form-urlencoded":
      return formFields(text);
    case "application/json":
      return jsonFields(text);
    default:
      throw new Problem(
        415,
        "unsupported_media_type",
        "the body must be application/x-www-form-urlencoded or application/json",
      );
  }
}

/** A field given twice stays a list, which is no weight and no name: which one was meant is not guessed. */
function formFields(text: string): Readonly<Record<string, unknown>> {
  const form = new URLSearchParams(text);
  return Object.fromEntries(
    [...new Set(form.keys())].map((name) => {
      const values = form.getAll(name);
      return [name, values.length === 1 ? values[0] : values];
    }),
  );
}

/** Numbers stay as they were written, so that 45.20 is stored as the scale printed it. */
function jsonFields(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text, (key, given: unknown, context?: { source?: string }) =>
      typeof given === "number" && (key === "weight" || key === "scale") ? (context?.source ?? given) : given,
    );
  } catch {
    throw invalid({ field: "body", message: "is not JSON" });
  }
  if (!isRecord(value)) throw invalid({ field: "body", message: "must be a JSON object" });
  return value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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
  return isRecord(value) && "message" in value;
}
