import { lookup as lookupName } from "node:dns/promises";
import { isIP } from "node:net";
import type { DatabaseHost, DatabaseTarget } from "../config/database-url.ts";
import type { Clock } from "../runtime/clock.ts";
import { errorMessage } from "../runtime/error-message.ts";
import { withTimeLimit } from "../runtime/time-limit.ts";
import { whenAborted } from "../runtime/when-aborted.ts";
import { type Connection, type OpenOptions, openConnection, type Server } from "./connection.ts";
import { DatabaseAway, NotWritable } from "./errors.ts";
import type { SessionState } from "./session-settings.ts";

/** Between two attempts at one host. */
const pauseMs = 500;
/** How long the other hosts may still answer after the first one that takes writes. */
const graceMs = 300;

/** Gives the addresses of a name. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/** A server that takes writes, and the session in which it said so. */
export interface Found {
  readonly server: Server;
  readonly connection: Connection;
}

/** The operating system's way, which also reads /etc/hosts. */
export async function lookupAddresses(host: string): Promise<readonly string[]> {
  return (await lookupName(host, { all: true })).map(({ address }) => address);
}

/** @throws NotWritable where the server takes no writes now. */
export function checkWritable({ is_standby, is_read_only }: SessionState): void {
  if (is_standby) throw new NotWritable("it is a standby, which takes no writes");
  if (is_read_only) throw new NotWritable("it is read-only (default_transaction_read_only is on)");
}

/**
 * Tries all hosts at once, each repeatedly, until one takes writes: a host that hangs delays none of the others. A name
 * is resolved at each attempt, and all its addresses are tried.
 *
 * Where several take writes, an old primary came back beside the one that took its place: the newest timeline counts,
 * then the order in which they were written.
 *
 * @param parts.onRefused told after each attempt why no host takes writes, host by host.
 * @returns null when `signal` aborts first.
 */
export async function findWritable(parts: {
  readonly target: DatabaseTarget;
  readonly options: OpenOptions;
  readonly lookup: Lookup;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onRefused: (why: string) => void;
}): Promise<Found | null> {
  const { target, options, lookup, clock, signal, onRefused } = parts;
  const found = new AbortController();
  const ended = AbortSignal.any([signal, found.signal]);
  const reasons = new Map<DatabaseHost, string>();
  const candidates = new Map<DatabaseHost, Found>();

  async function tryUntilFound(host: DatabaseHost): Promise<void> {
    while (!ended.aborted) {
      try {
        const candidate = await askHost(target, host, lookup, options);
        if (ended.aborted) return candidate.connection.close();
        candidates.set(host, candidate);
        if (candidates.size < target.hosts.length) await clock.sleep(graceMs, ended);
        return found.abort();
      } catch (error) {
        reasons.set(host, errorMessage(error));
        if (!ended.aborted && reasons.size === target.hosts.length) onRefused(summary(target.hosts, reasons));
      }
      await clock.sleep(pauseMs, ended);
    }
  }

  // Not awaited: an attempt that hangs ends by its own time limit.
  const trying = target.hosts.map((host) => tryUntilFound(host));
  await Promise.race([...trying, whenAborted(ended)]);
  const all = target.hosts.flatMap((host) => candidates.get(host) ?? []);
  const best = signal.aborted ? undefined : await newest(all);
  for (const { connection } of all) if (connection !== best?.connection) connection.close();
  return best ?? null;
}

/** @throws the reason of each host where none of them takes writes now. */
export async function findWritableNow(
  target: DatabaseTarget,
  options: OpenOptions,
  lookup: Lookup = lookupAddresses,
): Promise<Found> {
  const asked = await Promise.allSettled(target.hosts.map((host) => askHost(target, host, lookup, options)));
  const all = asked.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const best = await newest(all);
  for (const { connection } of all) if (connection !== best?.connection) connection.close();
  if (best !== undefined) return best;
  const [only] = asked;
  if (asked.length === 1 && only?.status === "rejected") throw only.reason;
  const reasons = new Map(
    target.hosts.map((host, nth) => {
      const one = asked[nth];
      return [host, one?.status === "rejected" ? errorMessage(one.reason) : ""] as const;
    }),
  );
  throw new NotWritable(summary(target.hosts, reasons));
}

/** All addresses of one host at once; the first that takes writes. @throws why none does. */
async function askHost(
  target: DatabaseTarget,
  { host, port }: DatabaseHost,
  lookup: Lookup,
  options: OpenOptions,
): Promise<Found> {
  const addresses = isIP(host) === 0 ? await inLimit(lookup(host), target.connectTimeoutMs, host) : [host];
  const asked = await Promise.allSettled(
    addresses.map(async (address): Promise<Found> => {
      const server: Server = { target, host, address, port };
      const connection = await openConnection(server, options);
      try {
        checkWritable(connection.state);
      } catch (error) {
        connection.close();
        throw error;
      }
      return { server, connection };
    }),
  );
  const [first, ...others] = asked.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  for (const { connection } of others) connection.close();
  if (first !== undefined) return first;
  const errors: unknown[] = asked.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
  // A server's own error is more useful than that a host did not answer.
  throw (
    errors.find((error) => error instanceof NotWritable) ??
    errors[0] ??
    new DatabaseAway(`${host} has no address`)
  );
}

function inLimit(asked: Promise<readonly string[]>, limitMs: number, host: string) {
  return withTimeLimit(asked, limitMs, () => {
    throw new DatabaseAway(`the name ${host} was not resolved within ${limitMs} ms`);
  });
}

/** Nearly always one: then no comparison is needed. */
async function newest(all: readonly Found[]): Promise<Found | undefined> {
  if (all.length < 2) return all[0];
  const timelines = await Promise.all(all.map(({ connection }) => timelineOf(connection)));
  const highest = Math.max(...timelines);
  return all[timelines.indexOf(highest)];
}

/** A promotion begins a new one, with a higher number. 0 where the server does not tell. */
async function timelineOf({ sql }: Connection): Promise<number> {
  try {
    const [row] = await sql<{ file: string }[]>`select pg_walfile_name(pg_current_wal_lsn()) as file`;
    return Number.parseInt(row?.file.slice(0, 8) ?? "0", 16);
  } catch {
    return 0;
  }
}

/** One host's reason alone, or each with its host. */
function summary(hosts: readonly DatabaseHost[], reasons: ReadonlyMap<DatabaseHost, string>): string {
  const [only] = hosts;
  if (hosts.length === 1 && only !== undefined) return reasons.get(only) ?? "";
  return hosts.map((host) => `${nameOf(host)}: ${reasons.get(host)}`).join("; ");
}

function nameOf({ host, port }: DatabaseHost): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
