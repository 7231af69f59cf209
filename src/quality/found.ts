/** Of what was found how much there is, and the last of it. */
export interface Found<Item> {
  readonly total: number;
  /** In the order in which it was found. */
  readonly last: Item[];
}

/** Keeps the last so many of what is added: a chart of a million points may have as many signals. */
export function createFound<Item>(keep: number): {
  readonly add: (item: Item) => void;
  readonly all: () => Found<Item>;
} {
  const items: Item[] = [];
  let total = 0;
  return {
    add(item) {
      total++;
      items.push(item);
      if (items.length >= 2 * keep) items.splice(0, items.length - keep);
    },
    all: () => ({ total, last: items.slice(-keep) }),
  };
}
