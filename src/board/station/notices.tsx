import { useSignal } from "@preact/signals";
import type { JSX } from "preact/jsx-runtime";
import type { Scale } from "../../records/scales/scale-list.ts";
import type { QualitySignal } from "../../records/signals/signal-view.ts";
import { now } from "../shared/clock.ts";
import { formatAge, formatNumber } from "../shared/format.ts";
import { health } from "../shared/live.ts";
import { isOperator, session } from "../shared/session.ts";
import { scaleName } from "./names.ts";
import type { Notice } from "./notice.ts";
import { qualityParts } from "./quality-on-demand.ts";
import type { StationState } from "./state.ts";
import { t } from "./texts.ts";

/** Problems, and what to do about each; the most severe first. */
export function Notices(props: { readonly state: StationState }): JSX.Element | null {
  const { state } = props;
  /** The signal that is acknowledged now. */
  const acknowledged = useSignal<QualitySignal | null>(null);
  const { signals, advice, noteSignal } = state.quality;
  /** Whoever stands at the scale has a minute, and the check needs room: what can wait until it is seen to, does. */
  const isChecking = state.checks.current.value !== null;
  const isSaid = signals.value.length > 0 || advice.value !== null || acknowledged.value !== null;
  const parts = isSaid ? qualityParts() : null;
  const waitingNotices = () => [
    ...(parts?.qualityNotices(state.quality, (signal) => {
      acknowledged.value = signal;
    }) ?? []),
    ...laterNotices(state),
  ];
  const notices = [
    ...storageNotices(),
    ...scaleNotices(state),
    ...checkNotices(state),
    ...(isChecking ? [] : waitingNotices()),
  ];
  return (
    <>
      <div class="notices" aria-live="polite">
        {notices.map(({ key, kind, title, what, act }) => (
          <div key={key} class={`notice notice-${kind}`}>
            <span class="notice-sign" aria-hidden="true">
              {kind === "know" ? "i" : "!"}
            </span>
            <p>
              <strong>{title}</strong> <span>{what}</span>
            </p>
            {act !== undefined && (
              <button
                type="button"
                class="button"
                // Where it fails the notice stays.
                onClick={() => void act.run()?.catch(() => undefined)}
              >
                {act.text}
              </button>
            )}
          </div>
        ))}
      </div>
      {acknowledged.value !== null && parts !== null && (
        <parts.AcknowledgeDialog
          signal={acknowledged.value}
          onClose={() => {
            acknowledged.value = null;
          }}
          onDone={noteSignal}
        />
      )}
    </>
  );
}

function storageNotices(): Notice[] {
  const parts = health.value?.parts;
  if (parts === undefined) return [];
  const broken = (["journal", "scales_port"] as const).find((part) => parts[part].state === "down");
  const notices: Notice[] = [];
  if (broken !== undefined) {
    notices.push({
      key: "down",
      kind: "stop",
      title: t("noticeDown"),
      what: `${t("noticeDownWhat")} ${t(`down_${broken}`)}`,
    });
  }
  if (parts.database.state === "down") {
    const waiting = health.value?.journal_backlog ?? 0;
    notices.push({
      key: "database",
      kind: "act",
      title: t("noticeDatabase"),
      what: t("noticeDatabaseWhat", { count: waiting, number: formatNumber(waiting) }),
    });
  }
  return notices;
}

function scaleNotices(state: StationState): Notice[] {
  const scales = state.scales.value;
  if (!state.isLoaded.value) return [];
  if (!scales.some(({ connected }) => connected)) {
    return [{ key: "no-scale", kind: "act", title: t("noticeNoScale"), what: t("noticeNoScaleWhat") }];
  }
  const silent = scales.flatMap((scale) => {
    const ms = silentFor(scale, state);
    return ms === null ? [] : [{ name: scaleName(scale.id, scales), ms }];
  });
  const [first] = silent;
  if (first === undefined) return [];
  const title =
    silent.length === 1
      ? t("noticeSilent", { scale: first.name, age: formatAge(first.ms) })
      : t("noticeSilentMany", {
          number: formatNumber(silent.length),
          age: formatAge(Math.min(...silent.map(({ ms }) => ms))),
        });
  return [{ key: "silent", kind: "act", title, what: t("noticeSilentWhat") }];
}

/** Scales that failed their check, or are to be checked. */
function checkNotices({ checks, scales }: StationState): Notice[] {
  return checks.scales.value.flatMap(({ scale: id, standing }): Notice[] => {
    const scale = scaleName(id, scales.value);
    const { failed, missing, check } = standing;
    const key = `check-${id}`;
    const what = t("noticeCheckWhat");
    if (failed.length > 0) {
      const weights = failed.map((name) => (name === "repeatability" ? t("checkTenTimes") : name));
      return [
        {
          key,
          kind: "act",
          title: t("noticeCheckFailed", { scale }),
          what: `${weights.join(", ")}. ${what}`,
        },
      ];
    }
    if (check === "ok") return [];
    const title = t(check === "overdue" ? "noticeCheckOverdue" : "noticeCheckDue", { scale });
    return [
      { key, kind: check === "overdue" ? "act" : "know", title, what: `${missing.join(", ")}. ${what}` },
    ];
  });
}

function laterNotices(state: StationState): Notice[] {
  const notices: Notice[] = [];
  const upstream = health.value?.parts.upstream;
  if (upstream?.state === "down") {
    notices.push({
      key: "upstream",
      kind: "know",
      title: t("noticeUpstream"),
      what: t("noticeUpstreamWhat"),
    });
  }
  const count = state.unassigned.value.length;
  if (count > 0 && isOperator.value) {
    notices.push({
      key: "unassigned",
      kind: "know",
      title: state.hasMoreUnassigned.value
        ? t("noticeUnassignedMany", { number: formatNumber(count) })
        : t("noticeUnassigned", { count, number: formatNumber(count) }),
      what: t("noticeUnassignedWhat"),
      act: { text: t("noticeUnassignedSeen"), run: state.dismissUnassigned },
    });
  }
  return notices;
}

/**
 * How long a connected scale has printed nothing during a job, in ms; null while it is not silent by the appliance's
 * rule.
 */
export function silentFor(
  scale: Pick<Scale, "quiet_since">,
  state: Pick<StationState, "job">,
): number | null {
  const job = state.job.value;
  if (scale.quiet_since === null || job?.status !== "active") return null;
  const silentMs = now.value - Math.max(Date.parse(scale.quiet_since), Date.parse(job.started_at ?? ""));
  return silentMs > (session.value?.silent_after_s ?? 300) * 1000 ? silentMs : null;
}
