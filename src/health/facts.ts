import type { Delivery } from "../delivery/deliveries.ts";
import type { Bag } from "../records/bags/bag-view.ts";
import type { Job } from "../records/jobs/job-view.ts";
import type { LedgerCounts } from "../records/ledger/ledger-reader.ts";
import type { RejectedReason } from "../records/rejected/rejected-reasons.ts";
import type { UnsentMails } from "../records/report-mails/mail-queue.ts";
import type { Standing } from "../records/scale-checks/standing.ts";
import type { Scale } from "../records/scales/scale-list.ts";
import type { QualitySignal } from "../records/signals/signal-view.ts";
import type { ConnectionView } from "../scale/presence.ts";
import type { Counted } from "./counted.ts";
import type { FellBack, RecordedAgain } from "./fallback-events.ts";
import type { HealthReport } from "./health-report.ts";

/** Of what may be many, bags without a job: the count of a full list is a least one. */
export const bagsMost = 500;
export const signalsMost = 200;

export type ScaleFact = Pick<
  Scale,
  | "id"
  | "name"
  | "station"
  | "enabled"
  | "connected"
  | "connects_to_print"
  | "silent"
  | "repeating"
  | "remote_address"
  | "last_reading_at"
  | "last_weight"
  | "unit"
  | "unit_change"
>;
export type ConnectionFact = Pick<
  ConnectionView,
  "remoteAddress" | "connectedSince" | "scales" | "bytes" | "rejected" | "hasParity"
>;
export interface CalledTwiceFact {
  /** The source's name. */
  readonly source: string;
  /** The other appliance's machine. */
  readonly machine: string;
}
export type JobFact = Pick<Job, "id" | "station" | "company" | "bags_completed" | "quantity">;
export type SignalFact = Pick<QualitySignal, "station" | "rule" | "last_at">;
export type DeliveryFact = Pick<Delivery, "bag_id" | "station" | "attempts" | "last_error">;

export type DisputedFact = Pick<Bag, "id" | "station" | "weight" | "unit" | "in_tolerance">;

/** A scale that is checked by weights. */
export interface CheckedScaleFact {
  readonly scale: number;
  readonly standing: Standing;
  /** Its date, as 2027-03-02. */
  readonly calibration_due: string | null;
}

/** Over all destinations. */
export interface DeliveryCountsFact {
  readonly pending: number;
  readonly parked: number;
  /** Since the oldest pending bag was weighed; 0 where none waits. */
  readonly oldestPendingSeconds: number;
}

/**
 * What the checks look at of an appliance: from inside (`own-facts.ts`), or of one that runs elsewhere
 * (`cli/doctor/remote-facts.ts`). Each fact is read by itself and throws if it is not available, without affecting the
 * others. Reading one again may give the same result; for new results make new facts.
 */
export interface Facts {
  /** The state of each part. */
  parts(): Promise<HealthReport>;
  /** Every scale that was ever seen, named or configured, by id. */
  scales(): Promise<readonly ScaleFact[]>;
  /** The open ones, newest first. */
  connections(): Promise<readonly ConnectionFact[]>;
  /** Indicators that another appliance of the plant connects to, too. */
  calledTwice(): Promise<readonly CalledTwiceFact[]>;
  /** Those that are checked by weights, by id. */
  checkedScales(): Promise<readonly CheckedScaleFact[]>;
  /** Signals that nobody acknowledged, newest first: at most `signalsMost` of them. */
  openSignals(): Promise<readonly SignalFact[]>;
  activeJobs(): Promise<readonly JobFact[]>;
  /** Bags without a job, not voided, weighed from then on and before `to`: at most `bagsMost` of them. */
  joblessBags(
    from: Date,
    to?: Date,
  ): Promise<readonly { readonly scale: number; readonly doubt: string | null }[]>;
  /** Bags weighed from then on, not voided, on which the web application's verdict is another one than ours: at most `bagsMost` of them, the newest first. */
  disputedBags(from: Date): Promise<readonly DisputedFact[]>;
  /** Of the last day, the most frequent first. */
  rejectedReasons(): Promise<readonly RejectedReason[]>;
  /** Frames that the database does not have yet; null if the journal cannot be read. */
  journalBacklog(): Promise<{ readonly frames: number; readonly oldestSeconds: number } | null>;
  ledger(): Promise<Pick<LedgerCounts, "received" | "pending" | "bags" | "rejected" | "missing">>;
  /** Connections to the scales' port that were refused since the start, by reason. */
  refusedConnections(): Promise<readonly Counted[]>;
  /** How many connections of scales are kept at once; null: not known. */
  connectionsMax(): Promise<number | null>;
  /** Log lines that could not be written since the start, by output. */
  lostLogLines(): Promise<readonly Counted[]>;
  /** Of the last day, newest first, at most 10 of each. */
  fallbacks(): Promise<{
    readonly fellBack: readonly FellBack[];
    readonly recordedAgain: readonly RecordedAgain[];
  }>;
  /** null if the database did not answer. */
  deliveryCounts(): Promise<DeliveryCountsFact | null>;
  /** To the web application, newest bag first. */
  deliveries(state: "pending" | "parked", limit: number): Promise<readonly DeliveryFact[]>;
  /** Bags that any destination took since the start with an answer that is not as agreed, by oddity. */
  oddAnswers(): Promise<readonly Counted[]>;
  /** Reports that could not be sent by mail; null: none. */
  unsentMails(): Promise<UnsentMails | null>;
}
