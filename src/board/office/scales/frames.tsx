import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { RawFrameEvent } from "../../../events/raw-frame-stream.ts";
import { formatTime, printedText } from "../../shared/format.ts";
import { Cell } from "../parts.tsx";
import { word } from "../words.ts";
import { addFrame, type FrameLog } from "./frame-log.ts";
import { say } from "./texts.ts";

const nothing: FrameLog<RawFrameEvent> = { frames: [], count: 0 };

/** The frames of a scale or a connection, as they come. */
export interface FollowedFrames {
  readonly log: Signal<FrameLog<RawFrameEvent>>;
  readonly isPaused: Signal<boolean>;
  readonly isInterrupted: Signal<boolean>;
  /** Until then a print would be missed. */
  readonly isListening: Signal<boolean>;
  clear(): void;
}

/** @param address of a stream of lines. */
export function useFrames(address: string): FollowedFrames {
  const log = useSignal(nothing);
  const isPaused = useSignal(false);
  const isInterrupted = useSignal(false);
  const isListening = useSignal(false);
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
  return {
    log,
    isPaused,
    isInterrupted,
    isListening,
    clear() {
      log.value = nothing;
    },
  };
}

/** What came, the newest first, and what the appliance made of it. */
export function Frames(props: { readonly log: FrameLog<RawFrameEvent> }) {
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
  if (outcome.kind === "rejected" && outcome.reason === "check") return <span>{word("check")}</span>;
  if (outcome.kind === "rejected") return <span class="over-text">✕ {word(outcome.reason)}</span>;
  // In the indicator's own unit: it is what is being set up.
  return (
    <span class="in-text">✓ {say("bagOf", { weight: printedText(outcome), scale: outcome.scale })}</span>
  );
}
