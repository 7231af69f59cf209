import { type Figures, figuresOf, type Parts } from "./figures.ts";
import type { Run, VoidedSum } from "./sums.ts";

interface Grouping {
  /** To which row bags belong; null: to the one of those without it. */
  readonly of: (bags: Omit<VoidedSum, "code" | "reason" | "bags">) => string | null;
  /** To which row a job's time belongs; without it the rows have no time and no standstills. */
  readonly ofRun?: (run: Omit<Run, "seconds">) => string | null;
}

/** By what a report can be divided: each is one entry here, and a word on the page. */
const groupings = {
  station: { of: ({ station }) => station, ofRun: ({ station }) => station },
  company: { of: ({ company }) => company, ofRun: ({ company }) => company },
  product: { of: ({ product }) => product, ofRun: ({ product }) => product },
  scale: { of: ({ scale }) => String(scale) },
  person: { of: ({ person }) => person, ofRun: ({ person }) => person },
} as const satisfies Readonly<Record<string, Grouping>>;

export type GroupBy = keyof typeof groupings;
export const groupBys: readonly [GroupBy, ...GroupBy[]] = [
  "station",
  "company",
  "product",
  "scale",
  "person",
];

/** One row of a report; `name` is null for bags without a job, without a product, or of a job that nobody is known to have started. */
export type Group = { readonly name: string | null } & Figures;

const { compare } = new Intl.Collator("en", { numeric: true });

/** The rows of a report, by name; their figures add up to those of the whole. */
export function groupsOf(by: GroupBy, { sums, voided, runs, standstills }: Parts): Group[] {
  const { of, ofRun }: Grouping = groupings[by];
  const bySum = Map.groupBy(sums, of);
  const byVoided = Map.groupBy(voided, of);
  const byRun = ofRun && runs && Map.groupBy(runs, ofRun);
  const byStandstill = ofRun && standstills && Map.groupBy(standstills, ofRun);
  const names = new Set<string | null>([...bySum.keys(), ...byVoided.keys(), ...(byRun?.keys() ?? [])]);
  const isOf =
    (name: string | null) =>
    <Item>(map: ReadonlyMap<string | null, Item[]>) =>
      map.get(name) ?? [];
  return [...names].sort(byName).map((name) => {
    const inGroup = isOf(name);
    return {
      name,
      ...figuresOf({
        sums: inGroup(bySum),
        voided: inGroup(byVoided),
        runs: byRun ? inGroup(byRun) : null,
        standstills: byStandstill ? inGroup(byStandstill) : null,
      }),
    };
  });
}

function byName(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return compare(a, b);
}
