/** Of a capture, where nothing else is asked for. */
export const captureDefaults = { seconds: 600, bytes: 10_000_000 } as const;
/** What may be asked for: a day, and what an editor still opens. */
export const captureMost = { seconds: 86_400, bytes: 1_000_000_000 } as const;

export interface CaptureLimits {
  readonly ms: number;
  readonly bytes: number;
}
