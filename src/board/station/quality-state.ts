import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Bag } from "../../records/bags/bag-view.ts";
import type { Job } from "../../records/jobs/job-view.ts";
import type { Advice } from "../../records/signals/advice-view.ts";
import type { QualitySignal } from "../../records/signals/signal-view.ts";
import { api, type Page } from "../shared/api.ts";
import { onLive } from "../shared/live.ts";

/** What the rules say of the bags of this station's running job. */
export interface QualityState {
  /** Open ones: those that go on first, then the newest. */
  readonly signals: ReadonlySignal<readonly QualitySignal[]>;
  /** Until its bags of silence are weighed, or until somebody here says that it is done. */
  readonly advice: ReadonlySignal<Advice | null>;
  dismissAdvice(): void;
  /** Takes over what an acknowledgement was answered, before the event comes. */
  noteSignal(signal: QualitySignal): void;
  read(): Promise<void>;
  dispose(): void;
}

const signalsMax = 20;

export function createQualityState(
  station: string,
  shown: { readonly job: Signal<Job | null>; readonly bags: Signal<readonly Bag[]> },
): QualityState {
  const open = signal<readonly QualitySignal[]>([]);
  const given = signal<Advice | null>(null);
  /** The id of the advice that was followed here. */
  const followed = signal<number | null>(null);
  /** Events that came since the lists were asked for: they are at least as new. */
  let since: { readonly signals: QualitySignal[]; advice: Advice | null } | null = null;
  const isOfJob = ({ job_id }: { readonly job_id: number }) =>
    shown.job.value?.id === job_id && shown.job.value.status === "active";

  function noteSignal(next: QualitySignal): void {
    if (next.station !== station) return;
    const others = open.value.filter(({ id }) => id !== next.id);
    const isOpen = next.acknowledged_at === null && next.withdrawn_at === null;
    open.value = isOpen ? [next, ...others].sort((a, b) => b.id - a.id).slice(0, signalsMax) : others;
  }

  const forgets = [
    onLive("signal", "station", (next) => {
      since?.signals.push(next);
      noteSignal(next);
    }),
    onLive("advice", "station", (next) => {
      if (next.station !== station) return;
      if (since !== null) since.advice = next;
      given.value = next;
    }),
  ];

  return {
    signals: computed(() =>
      open.value.filter(isOfJob).sort((a, b) => Number(b.goes_on) - Number(a.goes_on) || b.id - a.id),
    ),
    advice: computed(() => {
      const advice = given.value;
      if (advice === null || advice.id === followed.value || !isOfJob(advice)) return null;
      const newest = Math.max(
        0,
        ...shown.bags.value.map(({ job_id, bag_num }) => (job_id === advice.job_id ? (bag_num ?? 0) : 0)),
      );
      return newest < advice.until_bag_num ? advice : null;
    }),
    dismissAdvice() {
      followed.value = given.value?.id ?? null;
    },
    noteSignal,
    async read() {
      const mine = { signals: [] as QualitySignal[], advice: null as Advice | null };
      since = mine;
      const [signals, advice] = await Promise.all([
        api<Page<QualitySignal>>("GET", "/api/quality/signals", {
          query: { station, open: true, limit: signalsMax },
        }),
        api<Page<Advice>>("GET", "/api/quality/advice"),
      ]);
      open.value = signals.items;
      for (const each of mine.signals) noteSignal(each);
      given.value = mine.advice ?? advice.items.find((each) => each.station === station) ?? null;
    },
    dispose() {
      for (const forget of forgets) forget();
    },
  };
}
