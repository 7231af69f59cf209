import type { AuditEvent } from "../../../http/audit-list.ts";

/** Longer lists (the bags of a bulk change) are cut: the API has them whole. */
const listedMax = 5;

/** What an event of the trail says beyond its action: the details given, and each field that changed. */
export function changesOf(event: Pick<AuditEvent, "detail" | "before" | "after">): string[] {
  const { detail, before, after } = event;
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const changes = [...fields].map((field) => {
    const [was, is] = [before?.[field], after?.[field]];
    return was === undefined || was === null
      ? `${field}: ${textOf(is)}`
      : `${field}: ${textOf(was)} → ${textOf(is)}`;
  });
  return [...Object.entries(detail).map(([field, value]) => `${field}: ${textOf(value)}`), ...changes];
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (!Array.isArray(value)) return String(value);
  const rest = value.length - listedMax;
  return value.slice(0, listedMax).join(", ") + (rest > 0 ? ` … (+${rest})` : "");
}
