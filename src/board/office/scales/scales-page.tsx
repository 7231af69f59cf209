import { useSignal } from "@preact/signals";
import type { Bag } from "../../../records/bags/bag-view.ts";
import type { Scale } from "../../../records/scales/scale-list.ts";
import { idMax } from "../../../weighing/ids.ts";
import { api, type Page } from "../../shared/api.ts";
import { serverNow } from "../../shared/clock.ts";
import { Layout } from "../../shared/layout.tsx";
import { query, setQuery } from "../../shared/router.ts";
import { isAdmin } from "../../shared/session.ts";
import { t } from "../../shared/texts.ts";
import { readId } from "../bags/bag-filter.ts";
import { useLive } from "../live-hook.ts";
import { useLoaded } from "../loaded.ts";
import { useEvery, useSoon } from "../soon.ts";
import { Sources, type WantedSource } from "../sources/sources.tsx";
import { Empty, Show } from "../states.tsx";
import { MuteConnections } from "./mute-connections.tsx";
import { NewScales } from "./new-scales.tsx";
import { addBags, rateWindowMs, type WeighTimes } from "./rates.ts";
import { RawFrames } from "./raw-frames.tsx";
import { RemoveDialog } from "./remove-dialog.tsx";
import { ScaleDialog } from "./scale-dialog.tsx";
import { takeScale } from "./scale-list.ts";
import { ScaleTable } from "./scale-table.tsx";
import { say } from "./texts.ts";

/** Silence and jobs are not in a scale's events. */
const askEveryMs = 30_000;
const askSoonMs = 1_000;

interface Rates {
  readonly times: WeighTimes;
  /** From then on the times are complete. */
  readonly since: number;
}

/** Every scale with how it does. Whose lines are looked at is in the address. */
export function ScalesPage() {
  const scales = useLoaded("", async () => {
    const { items } = await api<Page<Scale>>("GET", "/api/scales");
    return items;
  });
  const rates = useLoaded("", loadRates);
  const edited = useSignal<Scale | null>(null);
  const toRemove = useSignal<Scale | null>(null);
  const wantedSource = useSignal<WantedSource | null>(null);
  const askSoon = useSoon(scales.reload, askSoonMs);
  useEvery(scales.reload, askEveryMs);
  useLive("scale", (scale) => {
    const { value } = scales.value;
    const next = value === null ? null : takeScale(value, scale);
    if (next === null) askSoon();
    else scales.value.value = next;
  });
  useLive("job", askSoon);
  useLive("bag", (bag) => {
    const { value } = rates.value;
    if (value !== null) rates.value.value = takeBag(value, bag);
  });

  const replace = (scale: Scale) => {
    const { value } = scales.value;
    if (value !== null) scales.value.value = value.map((each) => (each.id === scale.id ? scale : each));
  };
  const closeRawFrames = () => setQuery({ lines: null, connection: null });
  const ofScale = readId(query.value.get("lines"), idMax);
  const ofConnection = readId(query.value.get("connection"), Number.MAX_SAFE_INTEGER);

  return (
    <Layout name={t("scales")} title={<h1>{t("scales")}</h1>}>
      <main class="page office" id="content">
        <Show of={scales}>
          {(list) => (
            <>
              {isAdmin.value && (
                <NewScales scales={list.filter(({ adopted }) => !adopted)} onChanged={replace} />
              )}
              {list.length === 0 ? (
                <Empty>
                  <p>{say("noneYet")}</p>
                  <p>{say("noneYetWhat")}</p>
                </Empty>
              ) : (
                <>
                  <p class="quiet" role="status">
                    {say("count", {
                      connected: list.filter(({ connected }) => connected).length,
                      count: list.length,
                    })}
                  </p>
                  <ScaleTable
                    scales={list}
                    rates={rates.value.value}
                    onEdit={(scale) => {
                      edited.value = scale;
                    }}
                    onRemove={(scale) => {
                      toRemove.value = scale;
                    }}
                  />
                </>
              )}
            </>
          )}
        </Show>
        <MuteConnections />
        <Sources wanted={wantedSource} />
        {edited.value !== null && (
          <ScaleDialog
            scale={edited.value}
            onClose={() => {
              edited.value = null;
            }}
            onChanged={replace}
          />
        )}
        {toRemove.value !== null && (
          <RemoveDialog
            scale={toRemove.value}
            onClose={() => {
              toRemove.value = null;
            }}
            onRemoved={scales.reload}
          />
        )}
        {isAdmin.value && (ofScale !== null || ofConnection !== null) && (
          <RawFrames
            key={`${ofScale}-${ofConnection}`}
            scale={ofScale}
            connection={ofConnection ?? 0}
            remoteAddress={scales.value.value?.find(({ id }) => id === ofScale)?.remote_address ?? null}
            onClose={closeRawFrames}
            onSource={(wanted) => {
              closeRawFrames();
              wantedSource.value = wanted;
            }}
          />
        )}
      </main>
    </Layout>
  );
}

async function loadRates(): Promise<Rates> {
  const now = serverNow();
  const from = now - rateWindowMs;
  const query = { from: new Date(from).toISOString(), limit: 500 };
  const { items, next } = await api<Page<Bag>>("GET", "/api/bags", { query });
  const oldest = items.at(-1);
  const since = next === null || oldest === undefined ? from : Date.parse(oldest.weighed_at);
  return { times: addBags(new Map(), items, now), since };
}

function takeBag({ times, since }: Rates, bag: Bag): Rates {
  // An event may also tell of a bag that was voided or assigned: it was counted when it was weighed.
  const isKnown = times.get(bag.scale)?.includes(Date.parse(bag.weighed_at)) === true;
  return { times: isKnown ? times : addBags(times, [bag], serverNow()), since };
}
