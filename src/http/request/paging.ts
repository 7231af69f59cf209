import { z } from "zod";

/** Lists are newest first, and an id never changes: the id of a page's last item is where the next one begins. */
const cursorPrefix = "before:";

/** Makes the cursor of the page that begins behind `id`. Opaque to clients, so that it may change. */
export function encodeCursor(id: number): string {
  return Buffer.from(`${cursorPrefix}${id}`).toString("base64url");
}

/** The id in a cursor, or null where it is none of ours. */
export function decodeCursor(cursor: string): number | null {
  const text = Buffer.from(cursor, "base64url").toString();
  const id = text.startsWith(cursorPrefix) ? Number(text.slice(cursorPrefix.length)) : Number.NaN;
  return Number.isSafeInteger(id) && id > 0 && encodeCursor(id) === cursor ? id : null;
}

/** A list's own parameters: spread `pageQuery` beside the filters of the list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(500).default(50).describe("Items on a page."),
  cursor: z
    .string()
    .max(100)
    .transform((cursor, context) => {
      const before = decodeCursor(cursor);
      if (before !== null) return before;
      context.addIssue({ code: "custom", message: "must be the `next` of an earlier answer" });
      return z.NEVER;
    })
    .optional()
    .describe("`next` of the page before; left out for the first page."),
};

/** A list's answer. */
export function listSchema<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable().describe("The cursor of the next page, null on the last one."),
  });
}

/**
 * Cuts one page from what was read.
 *
 * @param found up to `limit` + 1 items, newest first: one more than the page holds says that there is another page.
 */
export function pageOf<Item extends { readonly id: number }>(
  found: readonly Item[],
  limit: number,
): { items: Item[]; next: string | null } {
  return pageBy(found, limit, (item) => item.id);
}

/** The same for items whose id has another name. */
export function pageBy<Item>(
  found: readonly Item[],
  limit: number,
  idOf: (item: Item) => number,
): { items: Item[]; next: string | null } {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? encodeCursor(idOf(last)) : null };
}
