import type { AuditEvent } from "../../../audit/audit-list.ts";

interface Words {
  field(name: string): string;
  value(text: string, name: string): string;
}

/** Longer lists (the bags of a bulk change) are cut: the API has them whole. */
const listedMax = 5;

/**
 * What an event of the trail says beyond its action: the details given, and each field that changed.
 *
 * @param words how a reader calls a field, and sees the value of a field.
 */
export function changesOf(
  { detail, before, after }: Pick<AuditEvent, "detail" | "before" | "after">,
  words: Words,
): string[] {
  const textOf = (name: string, value: unknown): string => {
    if (value === null || value === undefined) return "–";
    if (Array.isArray(value)) {
      const rest = value.length - listedMax;
      return value.slice(0, listedMax).join(", ") + (rest > 0 ? ` … (+${rest})` : "");
    }
    return words.value(String(value), name);
  };
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const changes = [...fields].flatMap((field) => {
    const [was, is] = [before?.[field] ?? null, after?.[field] ?? null];
    if (was === null) return is === null ? [] : [`${words.field(field)}: ${textOf(field, is)}`];
    return [`${words.field(field)}: ${textOf(field, was)} → ${textOf(field, is)}`];
  });
  const details = Object.entries(detail).filter(([, value]) => value !== null);
  return [...details.map(([field, value]) => `${words.field(field)}: ${textOf(field, value)}`), ...changes];
}
