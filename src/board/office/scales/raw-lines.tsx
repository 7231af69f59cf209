import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { LineEvent } from "../../../events/line-stream.ts";
import { Dialog } from "../../shared/dialog.tsx";
import { formatDecimal, formatTime, weightText } from "../../shared/format.ts";
import { Cell } from "../parts.tsx";
import { word } from "../words.ts";
import { addLine, type LineLog } from "./line-log.ts";
import { say } from "./texts.ts";

const nothing: LineLog<LineEvent> = { lines: [], count: 0 };

/** What one indicator sends, as it comes, and what the appliance makes of it: for setting up its format string. */
export function RawLines(props: {
  /** null: the lines of the connection. */
  readonly scale: number | null;
  readonly connection: number;
  readonly onClose: () => void;
}) {
  const { scale, connection, onClose } = props;
  const log = useSignal(nothing);
  const isPaused = useSignal(false);
  const isInterrupted = useSignal(false);
  const address = scale === null ? `/api/connections/${connection}/lines` : `/api/scales/${scale}/lines`;
  useEffect(() => {
    // Unlike the board's own events these need not resume: what was missed is of no use here.
    const lines = new EventSource(address);
    lines.addEventListener("line", (event) => {
      if (!isPaused.value) log.value = addLine(log.value, JSON.parse(event.data));
    });
    lines.onopen = () => {
      isInterrupted.value = false;
    };
    lines.onerror = () => {
      isInterrupted.value = true;
    };
    return () => lines.close();
  }, [address, log, isPaused, isInterrupted]);

  return (
    <Dialog
      title={
        scale === null ? say("linesOfConnection", { id: connection }) : say("linesOfScale", { id: scale })
      }
      onClose={onClose}
      wide
    >
      <div class="dialog-body">
        <p>
          <b>{say("wanted")}:</b> {say("wantedText")} <code class="raw">1,45.20 lb</code>
        </p>
        <div class="line-actions">
          <span class="quiet" role="status">
            {say("lineCount", { count: log.value.count })}
          </span>
          <button
            type="button"
            class="button button-small"
            aria-pressed={isPaused.value}
            onClick={() => {
              isPaused.value = !isPaused.value;
            }}
          >
            {say(isPaused.value ? "resume" : "pause")}
          </button>
          <button
            type="button"
            class="button button-small"
            onClick={() => {
              log.value = nothing;
            }}
          >
            {say("clear")}
          </button>
        </div>
        {isInterrupted.value && <p class="callout callout-bad">{say("interrupted")}</p>}
        {log.value.lines.length === 0 ? <p class="empty">{say("waiting")}</p> : <Lines log={log.value} />}
      </div>
    </Dialog>
  );
}

function Lines(props: { readonly log: LineLog<LineEvent> }) {
  return (
    <div class="lines">
      <table class="table">
        <thead>
          <tr>
            <th>{word("received")}</th>
            <th>{say("raw")}</th>
            <th>{say("became")}</th>
          </tr>
        </thead>
        <tbody>
          {props.log.lines.map(({ number, line }) => (
            <tr key={number}>
              <Cell label={word("received")} class="number">
                {formatTime(line.at)}
                {line.skipped > 0 && <small class="quiet"> {say("skipped", { count: line.skipped })}</small>}
              </Cell>
              <Cell label={say("raw")} class="cell-wide">
                <code class="raw">{line.raw}</code>
              </Cell>
              <Cell label={say("became")} class="cell-wide">
                <Outcome of={line.outcome} />
              </Cell>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Outcome(props: { readonly of: LineEvent["outcome"] }) {
  const { of: outcome } = props;
  if (outcome.kind === "rejected") return <span class="over-text">✕ {word(outcome.reason)}</span>;
  return (
    <span class="in-text">✓ {say("bagOf", { weight: printedText(outcome), scale: outcome.scale })}</span>
  );
}

/** In the indicator's own unit: it is what is being set up. */
function printedText({ weight, unit }: { readonly weight: string; readonly unit: string }): string {
  return weightText({ number: formatDecimal(weight), unit });
}
