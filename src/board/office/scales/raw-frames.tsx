import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { RawFrameEvent } from "../../../events/raw-frame-stream.ts";
import { Dialog } from "../../shared/dialog.tsx";
import { formatDecimal, formatTime, weightText } from "../../shared/format.ts";
import { CaptureLink } from "../capture-link.tsx";
import { Cell } from "../parts.tsx";
import { Identified } from "../sources/identified.tsx";
import type { WantedSource } from "../sources/sources.tsx";
import { word } from "../words.ts";
import { addFrame, type FrameLog } from "./frame-log.ts";
import { say } from "./texts.ts";

const nothing: FrameLog<RawFrameEvent> = { frames: [], count: 0 };

/** What one indicator sends, as it comes, and what the appliance makes of it: for setting up its format string. */
export function RawFrames(props: {
  /** null: the frames of the connection. */
  readonly scale: number | null;
  readonly connection: number;
  /** From where the scale prints; null: nobody knows. */
  readonly remoteAddress: string | null;
  readonly onClose: () => void;
  /** Opens the dialog of a source. */
  readonly onSource: (wanted: WantedSource) => void;
}) {
  const { scale, connection, remoteAddress, onClose, onSource } = props;
  const log = useSignal(nothing);
  const isPaused = useSignal(false);
  const isInterrupted = useSignal(false);
  /** Until then a print would be missed. */
  const isListening = useSignal(false);
  const address = scale === null ? `/api/connections/${connection}/lines` : `/api/scales/${scale}/lines`;
  useEffect(() => {
    // Unlike the board's own events these need not resume: what was missed is of no use here.
    const stream = new EventSource(address);
    stream.addEventListener("line", (event) => {
      if (!isPaused.value) log.value = addFrame(log.value, JSON.parse(event.data));
    });
    stream.onopen = () => {
      isListening.value = true;
      isInterrupted.value = false;
    };
    stream.onerror = () => {
      isInterrupted.value = true;
    };
    return () => stream.close();
  }, [address, log, isPaused, isInterrupted, isListening]);

  return (
    <Dialog
      title={
        scale === null ? say("printsOfConnection", { id: connection }) : say("printsOfScale", { id: scale })
      }
      onClose={onClose}
      wide
    >
      <div class="dialog-body">
        <p>
          <b>{say("wanted")}:</b> {say("wantedText")} <code class="raw">1,45.20 lb</code>
        </p>
        {scale === null && <Identified connection={connection} onUse={onSource} />}
        <div class="line-actions">
          <span class="quiet" role="status">
            {say("printCount", { count: log.value.count })}
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
          {scale === null ? (
            <CaptureLink of={{ connection }} class="button button-small" />
          ) : (
            remoteAddress !== null && (
              <CaptureLink of={{ address: remoteAddress }} class="button button-small" />
            )
          )}
        </div>
        {isInterrupted.value && <p class="callout callout-bad">{say("interrupted")}</p>}
        {log.value.frames.length > 0 && <Frames log={log.value} />}
        {log.value.frames.length === 0 && isListening.value && <p class="empty">{say("waiting")}</p>}
      </div>
    </Dialog>
  );
}

function Frames(props: { readonly log: FrameLog<RawFrameEvent> }) {
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
          {props.log.frames.map(({ number, frame }) => (
            <tr key={number}>
              <Cell label={word("received")} class="number">
                {formatTime(frame.at)}
                {frame.skipped > 0 && (
                  <small class="quiet"> {say("skipped", { count: frame.skipped })}</small>
                )}
              </Cell>
              <Cell label={say("raw")} class="cell-wide">
                <code class="raw">{frame.raw}</code>
              </Cell>
              <Cell label={say("became")} class="cell-wide">
                <Outcome of={frame.outcome} />
              </Cell>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Outcome(props: { readonly of: RawFrameEvent["outcome"] }) {
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
