import type { LimitFunction } from "p-limit";
import type { Clock } from "../runtime/clock.ts";
import type { Address } from "./connection.ts";

/** What all scales of a plant share while they play. */
export interface Stage {
  readonly address: Address;
  readonly clock: Clock;
  /** Bounds the connection attempts that are under way at one time. */
  readonly connecting: LimitFunction;
  /** How much a scale at full speed writes at once, in bytes. */
  readonly batchBytes: number;
  /** A scale that could not connect for so long gives up; 0: never. */
  readonly connectTimeoutMs: number;
  /** How long an orderly close waits for the other side's. */
  readonly closeTimeoutMs: number;
  /** Aborts: no further line is begun. */
  readonly halt: AbortSignal;
  /** Aborts some time after `halt`: nothing waits any longer. */
  readonly giveUp: AbortSignal;
}
