import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Bag } from "../../../records/bags/bag-view.ts";
import { api, type Page } from "../../shared/api.ts";
import { bagWeight, weightText } from "../../shared/format.ts";
import { isOperator } from "../../shared/session.ts";
import { VoidBag } from "../../shared/void-bag.tsx";
import { ActDialog } from "../act-dialog.tsx";
import { useLive } from "../live-hook.ts";
import { useLoaded } from "../loaded.ts";
import { Empty, Show } from "../states.tsx";
import { word } from "../words.ts";
import { AssignDialog } from "./assign-dialog.tsx";
import { AssignTimeDialog } from "./assign-time-dialog.tsx";
import { type BagFilter, filterQuery, noFilter } from "./bag-filter.ts";
import { type BagPage, bagsOnPage, takeBag } from "./bag-page.ts";
import { BagTable, canAssign } from "./bag-table.tsx";
import { say } from "./texts.ts";

/** A page of bags with what can be done to them. On the first page bags appear as they are weighed. */
export function BagList(props: {
  readonly filter: BagFilter;
  /** Behind which bag the page begins; null: with the newest. */
  readonly cursor: string | null;
  readonly onPage: (cursor: string | null) => void;
  /** All are of one job: it is not said again in each row. */
  readonly ofJob?: boolean;
}) {
  const { filter, cursor, onPage, ofJob = false } = props;
  const key = JSON.stringify([filter, cursor]);
  /** Since it was asked last: the answer may be older than what events have said meanwhile. */
  const heard = useRef<Bag[]>([]);
  const bags = useLoaded(key, async () => {
    heard.current = [];
    const page = await loadPage(filter, cursor);
    return { key, page: heard.current.reduce(taken, page) };
  });
  const selected = useSignal<ReadonlySet<number>>(new Set());
  const toVoid = useSignal<Bag | null>(null);
  const isAssigningTime = useSignal(false);
  const toUnvoid = useSignal<Bag | null>(null);
  const toAssign = useSignal<readonly Bag[] | null>(null);

  function taken(page: BagPage, bag: Bag): BagPage {
    return takeBag(page, bag, filter, cursor === null);
  }

  function take(bag: Bag): void {
    if (bags.isBusy.value) heard.current.push(bag);
    const shown = bags.value.value;
    // What is shown may still be the answer to an earlier question.
    if (shown === null || shown.key !== key) return;
    bags.value.value = { key, page: taken(shown.page, bag) };
  }
  useLive("bag", take);

  async function older(page: BagPage): Promise<void> {
    const next = page.isShifted ? await loadPage(filter, cursor).then((now) => now.next) : page.next;
    selected.value = new Set();
    onPage(next);
  }

  return (
    <Show of={bags}>
      {({ page }) => (
        <>
          <Chosen
            bags={page.items.filter((bag) => canAssign(bag) && selected.value.has(bag.id))}
            onAssign={(bags) => {
              toAssign.value = bags;
            }}
          />
          {isOperator.value && filter.verdict === "no_job" && page.items.some(canAssign) && (
            <div class="bulk">
              <button
                type="button"
                class="button button-small"
                disabled={filter.station === null}
                onClick={() => {
                  isAssigningTime.value = true;
                }}
              >
                {say("assignTime")}
              </button>
              {filter.station === null && <span class="quiet">{say("assignTimeStation")}</span>}
            </div>
          )}
          {isAssigningTime.value && filter.station !== null && (
            <AssignTimeDialog
              station={filter.station}
              from={filter.from}
              to={filter.to}
              onClose={() => {
                isAssigningTime.value = false;
              }}
              onDone={bags.reload}
            />
          )}
          {page.items.length === 0 ? (
            <Empty>{say(filterQuery(filter).size === 0 ? "noneYet" : "noneFound")}</Empty>
          ) : (
            <BagTable
              bags={page.items}
              ofJob={ofJob}
              selected={isOperator.value ? selected : null}
              actions={{
                onVoid: (bag) => {
                  toVoid.value = bag;
                },
                onUnvoid: (bag) => {
                  toUnvoid.value = bag;
                },
                onAssign: (bag) => {
                  toAssign.value = [bag];
                },
              }}
            />
          )}
          <nav class="pager" aria-label={say("pages")}>
            <button type="button" class="button" disabled={cursor === null} onClick={() => onPage(null)}>
              {word("newest")}
            </button>
            <button
              type="button"
              class="button"
              disabled={page.next === null && !page.isShifted}
              onClick={() => void older(page).catch(() => bags.reload())}
            >
              {word("older")}
            </button>
            <span class="quiet">{say(cursor === null ? "live" : "earlier")}</span>
          </nav>
          {toVoid.value !== null && (
            <VoidBag
              bag={toVoid.value}
              onClose={() => {
                toVoid.value = null;
              }}
              onDone={take}
            />
          )}
          {toUnvoid.value !== null && (
            <Unvoid
              bag={toUnvoid.value}
              onClose={() => {
                toUnvoid.value = null;
              }}
              onDone={take}
            />
          )}
          {toAssign.value !== null && (
            <AssignDialog
              bags={toAssign.value}
              onClose={() => {
                toAssign.value = null;
                selected.value = new Set();
              }}
              onDone={take}
            />
          )}
        </>
      )}
    </Show>
  );
}

function Unvoid(props: {
  readonly bag: Bag;
  readonly onClose: () => void;
  readonly onDone: (bag: Bag) => void;
}) {
  const { bag, onClose, onDone } = props;
  return (
    <ActDialog
      title={say("unvoidTitle", { weight: weightText(bagWeight(bag)) })}
      act={say("unvoidDeed")}
      onClose={onClose}
      onAct={async () => onDone(await api<Bag>("POST", `/api/bags/${bag.id}/unvoid`, { body: {} }))}
    >
      <p>{say("unvoidText")}</p>
    </ActDialog>
  );
}

function Chosen(props: { readonly bags: readonly Bag[]; readonly onAssign: (bags: readonly Bag[]) => void }) {
  const { bags, onAssign } = props;
  if (bags.length === 0) return null;
  return (
    <div class="bulk">
      <span>{word("selected", { count: bags.length })}</span>
      <button type="button" class="button button-small" onClick={() => onAssign(bags)}>
        {say("assign")}
      </button>
    </div>
  );
}

async function loadPage(filter: BagFilter, cursor: string | null): Promise<BagPage> {
  const query = { ...Object.fromEntries(filterQuery(filter)), cursor, limit: bagsOnPage };
  const { items, next } = await api<Page<Bag>>("GET", "/api/bags", { query });
  return { items, next, isShifted: false };
}

/** The bags of one job. */
export function BagsOfJob(props: { readonly job: number }) {
  const cursor = useSignal<string | null>(null);
  return (
    <BagList
      filter={{ ...noFilter, job: props.job }}
      cursor={cursor.value}
      onPage={(next) => {
        cursor.value = next;
      }}
      ofJob
    />
  );
}
