/** The frames that are on the screen, newest first; how many came in all. */
export interface FrameLog<Frame> {
  readonly frames: readonly { readonly number: number; readonly frame: Frame }[];
  readonly count: number;
}

/** A page that is left open must not grow. */
export const framesMax = 200;

export function addFrame<Frame>(log: FrameLog<Frame>, frame: Frame): FrameLog<Frame> {
  const count = log.count + 1;
  return { frames: [{ number: count, frame }, ...log.frames].slice(0, framesMax), count };
}
