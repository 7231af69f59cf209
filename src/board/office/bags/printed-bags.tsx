import type { Bag } from "../../../records/bags/bag-view.ts";
import { api, type Page } from "../../shared/api.ts";
import { formatNumber } from "../../shared/format.ts";
import { BagTable } from "./bag-table.tsx";
import { say } from "./texts.ts";

/** Some fifty pages; for more there is the CSV file. */
const printedMax = 2_000;
const askedAtOnce = 500;

/** Bags of a job as they go on paper. */
export interface BagsToPrint {
  /** In the order of weighing. */
  readonly bags: readonly Bag[];
  /** False: older ones were left out. */
  readonly isWhole: boolean;
}

/** @throws as `api`. */
export async function loadBagsToPrint(job: number): Promise<BagsToPrint> {
  const bags: Bag[] = [];
  let cursor: string | null = null;
  do {
    const query = { job_id: job, cursor, limit: askedAtOnce };
    const page: Page<Bag> = await api<Page<Bag>>("GET", "/api/bags", { query });
    bags.push(...page.items);
    cursor = page.next;
  } while (cursor !== null && bags.length < printedMax);
  return { bags: bags.reverse(), isWhole: cursor === null };
}

/** Only on paper, in place of the page of bags on the screen. */
export function PrintedBags(props: BagsToPrint) {
  const { bags, isWhole } = props;
  return (
    <div class="only-print">
      {!isWhole && <p>{say("printedSome", { number: formatNumber(bags.length) })}</p>}
      <BagTable bags={bags} ofJob selected={null} actions={null} />
    </div>
  );
}
