import type { LiveScale, Scale } from "../../../records/scales/scale-list.ts";

export type ScaleState = "connected" | "silent" | "disconnected" | "disabled";

/** The state that is shown first. */
export function stateOf(scale: Pick<Scale, "enabled" | "connected" | "silent">): ScaleState {
  if (!scale.enabled) return "disabled";
  if (!scale.connected) return "disconnected";
  return scale.silent ? "silent" : "connected";
}

/**
 * Takes what an event says of a scale into the list.
 *
 * @returns null where the scale is not in the list yet: only the list has its name.
 */
export function takeScale(scales: readonly Scale[], live: LiveScale): readonly Scale[] | null {
  const index = scales.findIndex(({ id }) => id === live.id);
  const known = scales[index];
  if (known === undefined) return null;
  // A reading ends a silence at once; that one begins is seen when the list is asked for again.
  const silent = known.silent && live.connected && live.last_reading_at === known.last_reading_at;
  return scales.with(index, {
    ...known,
    ...live,
    silent,
    // Of a scale that has sent nothing since the start only the list has the earlier times.
    remote_address: live.remote_address ?? known.remote_address,
    last_reading_at: live.last_reading_at ?? known.last_reading_at,
  });
}
