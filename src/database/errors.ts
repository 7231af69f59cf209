import { errorCode } from "../runtime/error-code.ts";

/** Thrown at once while PostgreSQL is not reachable, and when an answer takes too long. */
export class DatabaseAway extends Error {
  override name = "DatabaseAway";
}

/** There are more queries than connections, and the queue is full or does not move. */
export class DatabaseBusy extends Error {
  override name = "DatabaseBusy";
}

/** The server, or what stands in its place, cannot be recorded in: it is a standby, or a pooler of the wrong kind. */
export class NotWritable extends Error {
  override name = "NotWritable";
}

/**
 * SQLSTATE class 08; sessions that the server ended (57P01 to 57P05, 25P03); one that takes no writes (25006), takes no
 * session any more (53300, 28000, 28P01, 3D000); and the driver's and the socket's own codes.
 */
const connectionLoss =
  /^(08|57P0[1-5]|25P03|25006|53300|28000|28P01|3D000|CONNECTION_|CONNECT_TIMEOUT|ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|ENOTFOUND|EAI_|ERR_TLS|ERR_SSL)/;

/** Errors that pass by themselves, or once space is freed: a conflict with other transactions, a full disk, no memory. */
const passing = /^(40001|40P01|55P03|53)/;

/** Whether the error means that PostgreSQL is not reachable, and not that it refused the query. */
export function isConnectionLoss(error: unknown): boolean {
  return (
    error instanceof DatabaseAway ||
    error instanceof NotWritable ||
    connectionLoss.test(errorCode(error) ?? "")
  );
}

/** Whether the same query may succeed later, although PostgreSQL is reachable. */
export function isPassing(error: unknown): boolean {
  return error instanceof DatabaseBusy || passing.test(errorCode(error) ?? "");
}

/** The server's disk is full: it answers, but stores nothing. */
export function isDiskFull(error: unknown): boolean {
  return errorCode(error) === "53100";
}
