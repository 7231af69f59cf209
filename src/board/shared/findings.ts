import { computed, signal } from "@preact/signals";
import type { ShownFinding } from "../../http/api/findings.ts";
import { api } from "./api.ts";
import { failureText } from "./failure.ts";
import { onLive, opened } from "./live.ts";

/** What the appliance's checks found, as `GET /api/findings` answers. */
export interface FindingsReport {
  readonly items: readonly ShownFinding[];
  readonly as_of: string;
}

const report = signal<FindingsReport | null>(null);
const failure = signal<string | null>(null);
const isBusy = signal(false);

/**
 * The last report. The menu's count, the browser's tab and the page Attention are all made from this one answer, so that
 * they cannot disagree.
 */
export const findings = { value: report, failure, isBusy, reload: ask } as const;

const failing = computed(() => report.value?.items.filter(({ ok }) => !ok) ?? []);

/** What somebody has to do something about, what stops weighing first. What was put off is not among it. */
export const attention = computed(() =>
  failing.value
    .filter(({ snoozed, severity }) => snoozed === null && severity !== "know")
    .sort((a, b) => Number(b.severity === "stops") - Number(a.severity === "stops")),
);
/** What is only to be known. */
export const toKnow = computed(() =>
  failing.value.filter(({ snoozed, severity }) => snoozed === null && severity === "know"),
);
/** What a person put off. */
export const putOff = computed(() => failing.value.filter(({ snoozed }) => snoozed !== null));

const askEveryMs = 20_000;
/** Longer than the appliance keeps a report: the answer then knows of the change that it is asked for. */
const askSoonMs = 3_000;

let isFollowed = false;
let soon: ReturnType<typeof setTimeout> | null = null;

/** Keeps the report up to date until the returned function is called: on a change that it may be about, and at intervals. */
export function followFindings(): () => void {
  isFollowed = true;
  const connected = new Map<number, boolean>();
  const statuses = new Map<string, string>();
  const timer = setInterval(ask, askEveryMs);
  const forgets = [
    onLive("health", "findings", askSoon),
    // A scale's event comes with each print, a job's with each bag; only a changed state is a reason to load.
    onLive("scale", "findings", (scale) => changed(connected, scale.id, scale.connected) && askSoon()),
    onLive(
      "job",
      "findings",
      (job) => changed(statuses, job.station, `${job.id} ${job.status}`) && askSoon(),
    ),
    // A new connection: events may have been missed.
    opened.subscribe(ask),
    () => clearInterval(timer),
  ];
  return () => {
    isFollowed = false;
    for (const forget of forgets) forget();
    if (soon !== null) clearTimeout(soon);
    soon = null;
    report.value = null;
    failure.value = null;
  };
}

function ask(): void {
  if (isBusy.value) {
    askSoon();
    return;
  }
  isBusy.value = true;
  api<FindingsReport>("GET", "/api/findings")
    .then(
      (answer) => {
        if (!isFollowed) return;
        report.value = answer;
        failure.value = null;
      },
      (error) => {
        if (isFollowed) failure.value = failureText(error);
      },
    )
    .finally(() => {
      isBusy.value = false;
    });
}

function askSoon(): void {
  soon ??= setTimeout(() => {
    soon = null;
    ask();
  }, askSoonMs);
}

/** Whether the value is another one than was last noted. */
function changed<Key, Value>(known: Map<Key, Value>, key: Key, value: Value): boolean {
  const isNew = known.get(key) !== value;
  known.set(key, value);
  return isNew;
}
