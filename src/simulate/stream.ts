import type { ScaleCounts } from "./counts.ts";
import { writeShown } from "./frames.ts";
import { createLoads, shownSteps } from "./loads.ts";
import { createConnector } from "./reconnect.ts";
import type { Play } from "./script.ts";
import type { Stage } from "./stage.ts";

/**
 * Plays one scale that sends what it shows, `hertz` times a second, while bags are put on it and taken off. While it has no
 * connection nobody sees what it shows. Resolves, never rejects: when all bags are off, on `halt`, or when no connection could
 * be had in time.
 */
export async function playStream(
  play: Play,
  hertz: number,
  stage: Stage,
  counts: ScaleCounts,
): Promise<void> {
  const { clock, halt } = stage;
  const connector = createConnector(stage, counts, play.seed);
  const loads = createLoads(play, counts.scale, play.bags);
  const first = await connector.connection();
  const startedAt = clock.now();
  let sample = 0;

  while (!halt.aborted && first !== null) {
    const connection = await connector.connection();
    if (connection === null) break;
    const elapsed = clock.now() - startedAt;
    const dueMs = (sample * 1000) / hertz;
    if (elapsed < dueMs) {
      await connector.rest(dueMs - elapsed);
      continue;
    }
    // Samples of a time without a connection are gone.
    sample = Math.floor((elapsed * hertz) / 1000) + 1;
    const { steps, isStill, takenOff } = loads.at(elapsed);
    const shown = { weight: shownSteps(steps, play.decimals), stable: isStill, mode: "gross" } as const;
    const bytes = Buffer.from(writeShown(play, counts.scale, shown), "latin1");
    let sent = 0;
    await connection.send(bytes, (count) => {
      sent = count;
    });
    counts.bytes += sent;
    if (sent === bytes.length) counts.samples++;
    counts.bags = takenOff;
    if (elapsed >= loads.endMs) break;
  }
  await connector.close();
}
