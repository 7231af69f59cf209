import { useSignal } from "@preact/signals";
import type { QualitySignal } from "../../../records/signals/signal-view.ts";
import { api, type Page } from "../../shared/api.ts";
import { formatDateTime, formatNumber } from "../../shared/format.ts";
import { isOperator } from "../../shared/session.ts";
import { AcknowledgeDialog } from "../../signals/acknowledge-dialog.tsx";
import { signalSentence, signalWeights } from "../../signals/signal-words.ts";
import { useLive } from "../live-hook.ts";
import { useLoaded } from "../loaded.ts";
import { Cell, Moment } from "../parts.tsx";
import { RowAction } from "../row-action.tsx";
import { useSoon } from "../soon.ts";
import { Show } from "../states.tsx";
import { word } from "../words.ts";
import { say } from "./texts.ts";

const openMax = 50;
const earlierMax = 20;
/** A signal that goes on changes with each bag. */
const readEveryMs = 2_000;

/** Signals on running jobs: what nobody acknowledged yet, and what was. */
export function LiveSignals(props: { readonly station: string | null; readonly job: string | null }) {
  const { station, job } = props;
  const acknowledged = useSignal<QualitySignal | null>(null);
  const shown = useLoaded(JSON.stringify([station, job]), async () => {
    const list = (open: boolean, limit: number) =>
      api<Page<QualitySignal>>("GET", "/api/quality/signals", { query: { station, job, open, limit } });
    const [open, earlier] = await Promise.all([list(true, openMax), list(false, earlierMax)]);
    return { open, earlier };
  });
  const soon = useSoon(shown.reload, readEveryMs);
  useLive("signal", soon);
  return (
    <section class="card" aria-labelledby="live-signals">
      <h2 id="live-signals">{say("liveSignals")}</h2>
      <Show of={shown}>
        {({ open, earlier }) => (
          <>
            {open.items.length === 0 ? (
              <p>{say("noLiveSignals")}</p>
            ) : (
              <SignalTable
                signals={open.items}
                {...(isOperator.value && {
                  onAcknowledge: (signal: QualitySignal) => {
                    acknowledged.value = signal;
                  },
                })}
              />
            )}
            {open.next !== null && <p class="quiet">{say("newestShown", { count: open.items.length })}</p>}
            {earlier.items.length > 0 && (
              <details>
                <summary class="quiet">{say("earlierSignals")}</summary>
                <SignalTable signals={earlier.items} isEarlier />
                {earlier.next !== null && (
                  <p class="quiet">{say("newestShown", { count: earlier.items.length })}</p>
                )}
              </details>
            )}
          </>
        )}
      </Show>
      {acknowledged.value !== null && (
        <AcknowledgeDialog
          signal={acknowledged.value}
          onClose={() => {
            acknowledged.value = null;
          }}
          onDone={shown.reload}
        />
      )}
    </section>
  );
}

function SignalTable(props: {
  readonly signals: readonly QualitySignal[];
  /** Acknowledged, or withdrawn. */
  readonly isEarlier?: boolean;
  readonly onAcknowledge?: (signal: QualitySignal) => void;
}) {
  const { signals, isEarlier = false, onAcknowledge } = props;
  return (
    <table class="table">
      <thead>
        <tr>
          <th>{say("signal")}</th>
          <th>{say("when")}</th>
          <th>{word("station")}</th>
          <th>{word("job")}</th>
          {isEarlier && <th>{say("acknowledgedAs")}</th>}
          {onAcknowledge !== undefined && (
            <th>
              <span class="sr-only">{say("acknowledge")}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {signals.map((signal) => (
          <tr key={signal.id}>
            <Cell label={say("signal")} class="cell-wide">
              <div>
                {signalSentence(signal)} <span class="quiet">({signal.rule})</span>
                <br />
                <span class="quiet">{signalWeights(signal)}</span>
              </div>
            </Cell>
            <Cell label={say("when")}>
              <Moment at={signal.last_at} />
            </Cell>
            <Cell label={word("station")} class="cell-name">
              {signal.station}
            </Cell>
            <Cell label={word("job")} class="cell-name">
              <a href={`/jobs/${signal.job_id}`}>
                {formatNumber(signal.job_id)} · {signal.company}
              </a>
            </Cell>
            {isEarlier && (
              <Cell label={say("acknowledgedAs")} class="cell-wide">
                {endOf(signal)}
              </Cell>
            )}
            {onAcknowledge !== undefined && (
              <Cell label="" class="cell-actions">
                <RowAction
                  text={say("acknowledge")}
                  name={signalSentence(signal)}
                  onClick={() => onAcknowledge(signal)}
                />
              </Cell>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** By whom it was acknowledged and why, or that it was withdrawn. */
function endOf({
  acknowledged_at: at,
  acknowledged_by: by,
  cause,
  action,
  withdrawn_at: withdrawn,
}: QualitySignal): string {
  if (at !== null) return `${by}, ${formatDateTime(at)}: ${cause}; ${action}`;
  return withdrawn === null ? "" : say("withdrawn", { when: formatDateTime(withdrawn) });
}
