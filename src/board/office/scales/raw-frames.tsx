import { Dialog } from "../../shared/dialog.tsx";
import { CaptureLink } from "../capture-link.tsx";
import { Identified } from "../sources/identified.tsx";
import type { WantedSource } from "../sources/sources.tsx";
import { Frames, useFrames } from "./frames.tsx";
import { say } from "./texts.ts";

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
  const { log, isPaused, isInterrupted, isListening, clear } = useFrames(
    scale === null ? `/api/connections/${connection}/lines` : `/api/scales/${scale}/lines`,
  );

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
          <button type="button" class="button button-small" onClick={clear}>
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
