import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Company } from "../../records/jobs/companies.ts";
import type { Product } from "../../records/products/products.ts";
import { api } from "../shared/api.ts";

/** Names of earlier companies, the latest first; none while they cannot be read. */
export function useCompanies(): Signal<readonly string[]> {
  return useOffered(async () => {
    const { items } = await api<{ readonly items: readonly Company[] }>("GET", "/api/companies");
    return items.map(({ name }) => name);
  });
}

/** Products in use, those used last first; none while they cannot be read. */
export function useProducts(): Signal<readonly Product[]> {
  return useOffered(async () => {
    const query = { retired: false };
    const { items } = await api<{ readonly items: readonly Product[] }>("GET", "/api/products", { query });
    // A stable sort: those never used stay in the order of their names.
    return items.toSorted((a, b) => (b.last_used_at ?? "").localeCompare(a.last_used_at ?? ""));
  });
}

function useOffered<Item>(ask: () => Promise<readonly Item[]>): Signal<readonly Item[]> {
  const offered = useSignal<readonly Item[]>([]);
  useEffect(() => {
    ask().then(
      (items) => {
        offered.value = items;
      },
      () => undefined,
    );
  }, [offered]);
  return offered;
}
