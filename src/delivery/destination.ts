import type { Outcome } from "./answer.ts";

/** Where every bag is delivered to: a row of the table `destination`. */
export interface Destination {
  readonly id: number;
  /** For people: in answers, logs and the label `destination` of metrics. */
  readonly name: string;
  /** The contract by which it takes bags. */
  readonly kind: "scan_bag";
}

/** The one that every database has, made by a migration: what PREPUFF_UPSTREAM_URL names. */
export const webApplication: Destination = { id: 1, name: "Web application", kind: "scan_bag" };

/** A bag as a destination gets it. */
export interface BagToSend {
  readonly uid: string;
  /** As stored: the digits that the scale printed. */
  readonly weight: string;
  readonly unit: string;
  /** After aliases. */
  readonly scale: number;
  readonly station: string;
  readonly weighedAt: Date;
}

/** A client of a destination's contract. */
export interface DestinationClient {
  /**
   * Makes one attempt. Never throws: whatever happens is an outcome.
   *
   * @param signal aborts the attempt; then the outcome is `retry`, and is to be ignored.
   */
  post(bag: BagToSend, signal: AbortSignal): Promise<Outcome>;
}
