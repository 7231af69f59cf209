import type { RejectedFrame } from "../../../http/rejected-list.ts";

/** One check of `GET /api/findings`. */
export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly what: string;
  readonly remedy: string | null;
}

export interface FindingsReport {
  readonly items: readonly Finding[];
  readonly as_of: string;
}

/** One reason of `GET /api/rejected/reasons`. */
export interface ReasonCount {
  readonly reason: RejectedFrame["reason"];
  readonly frames: number;
  readonly last_received_at: string;
  readonly example: RejectedFrame;
}
