import type { Logger } from "../logging/logger.ts";
import { type Connection, openConnection, type Server } from "./connection.ts";
import { NotWritable } from "./errors.ts";
import { createPool, inTime, type Pool } from "./pool.ts";
import { checkSessions, needsSessionMode } from "./pooler.ts";
import { type Hold, holdOf, standbyHold } from "./server-wait.ts";
import { type SessionState, stateColumns } from "./session-settings.ts";
import { checkWritable, type Found } from "./writable.ts";

/** Connections for the appliance's own work, and for requests. Two more and the courier's lock are added. */
const ownMax = 3;
const peopleMax = 5;
const waitingMax = 1_000;

/** All connections to the one server that takes writes now: 10, and one for each session that was asked for. */
export interface Way {
  readonly server: Server;
  /** One connection; queries on it are answered in order. */
  readonly recording: Connection;
  readonly own: Pool;
  readonly people: Pool;
  /** Resolves with the reason when the connection of recording was lost, and not closed here. */
  readonly lost: Promise<Error>;
  /**
   * Checks, on a connection of its own, whether the server still takes writes. @throws if it does not, or does not
   * answer.
   */
  probe(limitMs: number): Promise<void>;
  /** What recording waits for within the server, on the connection of `probe`; null: nothing. */
  recordingHold(limitMs: number): Promise<Hold | null>;
  /** Whether anything of this role waits for a standby, on the same connection; null: nothing. */
  standbyHold(limitMs: number): Promise<Hold | null>;
  /** One more connection, for the caller alone. @param onClose called once, when it or the whole way is gone. */
  session(onClose: () => void): Promise<Connection>;
  /** Closes all at once: queries in flight fail. */
  close(): void;
}

/**
 * Opens the connections that are needed from the start: recording must not wait for a free one.
 *
 * @throws where the server does not give them, or a pooler stands in between that does not keep sessions apart.
 */
export async function openWay(found: Found, logger: Logger): Promise<Way> {
  const { server, connection: probing } = found;
  const all = new Set<Connection>([probing]);
  const poolParts = {
    connect: (lost: () => void) => openConnection(server, { logger, onLost: lost }),
    waitingMax,
  };
  const own = createPool({ ...poolParts, max: ownMax, kept: ownMax });
  const people = createPool({ ...poolParts, max: peopleMax, kept: 0 });
  const lost = Promise.withResolvers<Error>();
  let isClosed = false;

  function close(): void {
    isClosed = true;
    own.close();
    people.close();
    for (const connection of all) connection.close();
  }

  async function openLasting(
    onLost: (error: Error) => void,
    settings: Readonly<Record<string, string>> = {},
  ) {
    const connection = await openConnection(server, { logger, settings, onLost });
    all.add(connection);
    if (isClosed) connection.close();
    return connection;
  }

  try {
    const recording = await openLasting((error) => !isClosed && lost.resolve(error), {
      // Planned once and not each time: what recording one bag takes is halved by that.
      plan_cache_mode: "force_generic_plan",
    });
    await checkSessions(probing, recording);
    await own.open();
    return {
      server,
      recording,
      own,
      people,
      lost: lost.promise,
      async probe(limitMs) {
        const asked = probing.sql.unsafe<SessionState[]>(`select ${stateColumns}`);
        const [state] = await inTime(asked, limitMs, limitMs);
        if (state === undefined) throw new NotWritable("it did not say what it is");
        checkWritable(state);
        if (state.pid !== probing.state.pid) throw new NotWritable(needsSessionMode);
      },
      recordingHold: (limitMs) => inTime(holdOf(probing.sql, recording.state.pid), limitMs, limitMs),
      standbyHold: (limitMs) => inTime(standbyHold(probing.sql), limitMs, limitMs),
      async session(onClose) {
        const connection: Connection = await openLasting(() => {
          all.delete(connection);
          onClose();
        });
        return connection;
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}
