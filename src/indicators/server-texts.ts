/**
 * What programs and device servers on the way say in lines of their own: ser2net's banner and its refusals; the registration
 * and the heartbeats of CarniTrack's DP-401.
 */
const texts: readonly RegExp[] = [
  /^ser2net port \S/,
  /^Port already in use$/,
  /^Port is already being controlled/,
  /^Device open failure: /,
  /^(?:SCALE-\d{2})?(?:HB)*$/,
];

/** Whether a frame that no dialect knows is none of an indicator. */
export function isServerText(frame: string): boolean {
  const text = frame.trim();
  return texts.some((pattern) => pattern.test(text));
}
