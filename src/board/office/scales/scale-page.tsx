import { useSignal } from "@preact/signals";
import type { Report } from "../../../records/reports/report.ts";
import type { Scale } from "../../../records/scales/scale-list.ts";
import { idMax } from "../../../weighing/ids.ts";
import { ApiProblem, api, type Page } from "../../shared/api.ts";
import { attention, putOff, toKnow } from "../../shared/findings.ts";
import { formatNumber, formatShare, signedPounds } from "../../shared/format.ts";
import { Layout } from "../../shared/layout.tsx";
import { NotFound } from "../../shared/not-found.tsx";
import { isAdmin } from "../../shared/session.ts";
import { FailingList } from "../attention/findings.tsx";
import { noFilter, readId } from "../bags/bag-filter.ts";
import { BagList } from "../bags/bag-list.tsx";
import { useLive } from "../live-hook.ts";
import { useLoaded } from "../loaded.ts";
import { CheckWeights } from "../scale-checks/check-weights.tsx";
import { Show } from "../states.tsx";
import { word } from "../words.ts";
import { Frames, useFrames } from "./frames.tsx";
import { ScaleDialog } from "./scale-dialog.tsx";
import { LastReading, Rejected, State } from "./scale-table.tsx";
import { say } from "./texts.ts";

/** One scale: its connection, what is wrong with it, how it weighs beside the others, its last prints and bags. */
export function ScalePage(props: { readonly id: string }) {
  const id = readId(props.id, idMax);
  return id === null ? <NotFound /> : <OfScale id={id} />;
}

function OfScale({ id }: { readonly id: number }) {
  const scale = useLoaded(String(id), async () => {
    const { items } = await api<Page<Scale>>("GET", "/api/scales");
    return items.find((each) => each.id === id) ?? null;
  });
  const cursor = useSignal<string | null>(null);
  const isEditing = useSignal(false);
  useLive("scale", (next) => {
    const { value } = scale.value;
    if (next.id === id && value !== null) scale.value.value = { ...value, ...next };
  });
  const name = say("pageName", { id });
  if (scale.value.value === null && !scale.isBusy.value && scale.failure.value === null) return <NotFound />;
  return (
    <Layout name={name} title={<h1>{name}</h1>}>
      <main class="page office" id="content">
        <Show of={scale}>
          {(found) => found !== null && <Facts scale={found} onEdit={() => (isEditing.value = true)} />}
        </Show>
        <OwnFindings id={id} />
        <Bias id={id} />
        <CheckWeights id={id} />
        {isAdmin.value && <Prints id={id} />}
        <section aria-labelledby="scale-bags">
          <h2 id="scale-bags">{say("bags")}</h2>
          <BagList
            filter={{ ...noFilter, scale: id }}
            cursor={cursor.value}
            onPage={(next) => {
              cursor.value = next;
            }}
          />
        </section>
        {isEditing.value && scale.value.value !== null && (
          <ScaleDialog
            scale={scale.value.value}
            onClose={() => {
              isEditing.value = false;
            }}
            onChanged={(changed) => {
              scale.value.value = changed;
            }}
          />
        )}
      </main>
    </Layout>
  );
}

function Facts({ scale, onEdit }: { readonly scale: Scale; readonly onEdit: () => void }) {
  return (
    <section class="card scale-facts">
      <dl>
        {scale.name !== null && <Fact term={say("name")}>{scale.name}</Fact>}
        <Fact term={word("status")}>
          <State scale={scale} />
        </Fact>
        <Fact term={word("station")}>{scale.station}</Fact>
        <Fact term={word("address")}>{scale.remote_address ?? "–"}</Fact>
        <Fact term={say("lastReading")}>
          <LastReading scale={scale} />
        </Fact>
        <Fact term={say("rejected")}>
          <Rejected scale={scale} />
        </Fact>
      </dl>
      {isAdmin.value && (
        <button type="button" class="button button-small" onClick={onEdit}>
          {say("edit")}
        </button>
      )}
    </section>
  );
}

function Fact(props: { readonly term: string; readonly children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{props.term}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

/** What the checks found of this scale. */
function OwnFindings({ id }: { readonly id: number }) {
  const own = [...attention.value, ...toKnow.value, ...putOff.value].filter(({ said }) =>
    isOfScale(said.check.values.scale, id),
  );
  if (own.length === 0) return null;
  return (
    <section aria-labelledby="scale-findings">
      <h2 id="scale-findings">{say("findings")}</h2>
      <FailingList items={own} />
    </section>
  );
}

/** Findings name a scale as `7` or as `7 (Left)`. */
function isOfScale(named: string | number | undefined, id: number): boolean {
  return named !== undefined && Number.parseInt(String(named), 10) === id;
}

/** Scales that fill the same jobs see the same bags: one that differs from the others is worth a check. */
function Bias({ id }: { readonly id: number }) {
  const report = useLoaded(String(id), async () => {
    try {
      return await api<Report>("GET", "/api/reports", { query: { period: "week", group: "scale" } });
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 409) return null;
      throw error;
    }
  });
  const own = report.value.value?.groups.find(({ name }) => name === String(id));
  const all = report.value.value?.totals;
  if (
    own === undefined ||
    all === undefined ||
    own.mean_difference === null ||
    all.mean_difference === null
  ) {
    return null;
  }
  return (
    <section aria-labelledby="scale-bias">
      <h2 id="scale-bias">{say("thisWeek")}</h2>
      <dl class="scale-facts card">
        <Fact term={say("bags")}>{formatNumber(own.bags)}</Fact>
        <Fact term={say("biasOwn")}>{signedPounds(Number(own.mean_difference))}</Fact>
        <Fact term={say("biasAll")}>{signedPounds(Number(all.mean_difference))}</Fact>
        {own.share_in !== null && <Fact term={say("shareIn")}>{formatShare(own.share_in)}</Fact>}
      </dl>
    </section>
  );
}

function Prints({ id }: { readonly id: number }) {
  const { log, isInterrupted, isListening } = useFrames(`/api/scales/${id}/lines`);
  return (
    <section aria-labelledby="scale-prints">
      <h2 id="scale-prints">{say("lines")}</h2>
      {isInterrupted.value && <p class="callout callout-bad">{say("interrupted")}</p>}
      {log.value.frames.length > 0 && <Frames log={log.value} />}
      {log.value.frames.length === 0 && isListening.value && <p class="empty">{say("waiting")}</p>}
    </section>
  );
}
