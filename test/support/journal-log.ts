import { existsSync, readFileSync } from "node:fs";

export const pageBytes = 4_096;
export const logHeaderBytes = 32;
export const logFrameBytes = 24 + pageBytes;

/** Where a page lies in a journal's write-ahead log. */
export interface LogFrame {
  /** From 1. */
  readonly page: number;
  /** The last one of a transaction. */
  readonly isCommit: boolean;
}

/** The frames of a log's present run: those that an earlier run left behind them are not among them. */
export function framesOfRun(log: Buffer): LogFrame[] {
  const salt = log.subarray(16, 24);
  const frames: LogFrame[] = [];
  for (let at = logHeaderBytes; at + logFrameBytes <= log.length; at += logFrameBytes) {
    if (!log.subarray(at + 8, at + 16).equals(salt)) break;
    frames.push({ page: log.readUInt32BE(at), isCommit: log.readUInt32BE(at + 4) > 0 });
  }
  return frames;
}

/** As `framesOfRun`, of the log beside a journal's file. */
export function framesOfLog(journalPath: string): LogFrame[] {
  const path = `${journalPath}-wal`;
  return existsSync(path) ? framesOfRun(readFileSync(path)) : [];
}
