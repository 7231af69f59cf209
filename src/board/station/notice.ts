/** What the station tells above the last weight. */
export interface Notice {
  readonly key: string;
  /** `stop`: bags could be lost. `act`: somebody has to act. `know`: nothing has to be done. */
  readonly kind: "stop" | "act" | "know";
  readonly title: string;
  readonly what: string;
  /** What can be done about it here. */
  readonly act?: { readonly text: string; readonly run: () => Promise<void> | void };
}
