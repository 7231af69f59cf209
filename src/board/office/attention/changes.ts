import type { AuditEvent } from "../../../http/audit-list.ts";

/** Longer lists (the bags of a bulk change) are cut: the API has them whole. */
const listedMax = 5;

/**
 * What an event of the trail says beyond its action: the details given, and each field that changed.
 *
 * @param showTime how a reader wants to see a moment.
 */
export function changesOf(
  { detail, before, after }: Pick<AuditEvent, "detail" | "before" | "after">,
  showTime: (at: string) => string,
): string[] {
  const textOf = (value: unknown): string => {
    if (value === null || value === undefined) return "–";
    if (Array.isArray(value)) {
      const rest = value.length - listedMax;
      return value.slice(0, listedMax).join(", ") + (rest > 0 ? ` … (+${rest})` : "");
    }
    const text = String(value);
    return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) ? showTime(text) : text;
  };
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const changes = [...fields].flatMap((field) => {
    const [was, is] = [before?.[field] ?? null, after?.[field] ?? null];
    if (was === null) return is === null ? [] : [`${field}: ${textOf(is)}`];
    return [`${field}: ${textOf(was)} → ${textOf(is)}`];
  });
  const details = Object.entries(detail).filter(([, value]) => value !== null);
  return [...details.map(([field, value]) => `${field}: ${textOf(value)}`), ...changes];
}
