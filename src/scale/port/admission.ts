import { createPlaces, type NoPlace } from "./places.ts";

/** Why a connection is closed that would be welcome otherwise. `displaced`: it gave its place to a newcomer. */
export type Turned = NoPlace | "too_few_descriptors" | "displaced";

/**
 * After so many turns of the event loop everything that a connection had sent by the time it was accepted has been
 * read, and its end has been seen: measured on Bun 1.4.5, bytes come one turn after `open` and the end two turns.
 */
const turnsToBeRead = 8;

/**
 * Keeps the limits of connections. At a limit a newcomer is not judged at once: Bun tells of all connections that came
 * during a standstill before it tells what they sent and which have ended long ago, and ended ones do not count. So a
 * newcomer beyond a limit is read like the others for some turns of the event loop. If it is still there, the oldest
 * connection that never printed gives its place to it, or it goes itself.
 */
export interface Admission<Connection> {
  /**
   * A new connection. If it is taken, `ended` must be called once when it has ended.
   *
   * @param id larger than that of every earlier connection.
   * @returns why it must be closed unread; null where it is taken.
   */
  enter(connection: Connection, id: number, address: string): Turned | null;
  ended(id: number): void;
}

/**
 * @param parts.limits.spare connections that may be open beyond `inAll`, at least 1.
 * @param parts.limits.noPlace what a connection beyond `inAll` is told; `too_few_descriptors` where that is why.
 * @param parts.hasPrinted whether a bag came on this connection.
 * @param parts.isUnread whether bytes of it wait, or may wait, to be worked on.
 * @param parts.turnAway called when a connection that was taken has to go. One that is displaced may be read for a
 * moment longer.
 * @param parts.cut called when the moment is over, because others need the room.
 * @param parts.nextTurn calls back in the next turn of the event loop.
 */
export function createAdmission<Connection>(parts: {
  limits: {
    readonly inAll: number;
    readonly perAddress: number;
    readonly spare: number;
    readonly noPlace: "too_many_connections" | "too_few_descriptors";
  };
  hasPrinted: (id: number) => boolean;
  isUnread: (connection: Connection) => boolean;
  turnAway: (connection: Connection, why: Turned) => void;
  cut: (connection: Connection) => void;
  nextTurn: (look: () => void) => void;
}): Admission<Connection> {
  const { limits, hasPrinted, isUnread, turnAway, cut, nextTurn } = parts;
  const places = createPlaces(limits, hasPrinted);
  /** Every open connection, with its place or beyond the limits. */
  const connections = new Map<number, Connection>();
  /** Those that are still being read before they are judged, the oldest first. */
  const newcomers = new Map<number, { readonly address: string; turns: number }>();
  /** Those that gave their place away and are still open, the first first. */
  const displaced = new Set<number>();
  let isLooking = false;

  function look(): void {
    isLooking = false;
    for (const [id, newcomer] of newcomers) {
      const connection = connections.get(id);
      if (connection === undefined || isUnread(connection)) continue;
      newcomer.turns++;
      if (newcomer.turns < turnsToBeRead) continue;
      newcomers.delete(id);
      judge(id, connection, newcomer.address);
    }
    lookLater();
  }

  function lookLater(): void {
    if (isLooking || newcomers.size === 0) return;
    isLooking = true;
    nextTurn(look);
  }

  function judge(id: number, connection: Connection, address: string): void {
    const why = places.isFull(address);
    if (why !== null) {
      const silent = places.whoMakesRoom(address);
      const other = silent === null ? undefined : connections.get(silent);
      if (silent === null || other === undefined) {
        turnAway(connection, said(why));
        return;
      }
      places.leave(silent);
      displaced.add(silent);
      turnAway(other, "displaced");
    }
    places.take(id, address);
  }

  /** @returns whether one more may be open. */
  function hasRoom(): boolean {
    if (connections.size < limits.inAll + limits.spare) return true;
    const [longestAgo] = displaced;
    const connection = longestAgo === undefined ? undefined : connections.get(longestAgo);
    if (connection !== undefined) cut(connection);
    return connections.size < limits.inAll + limits.spare;
  }

  function said(why: NoPlace): Turned {
    return why === "too_many_connections" ? limits.noPlace : why;
  }

  return {
    enter(connection, id, address) {
      const why = places.isFull(address);
      if (!hasRoom()) return said("too_many_connections");
      connections.set(id, connection);
      if (why === null) places.take(id, address);
      else newcomers.set(id, { address, turns: 0 });
      lookLater();
      return null;
    },
    ended(id) {
      connections.delete(id);
      newcomers.delete(id);
      displaced.delete(id);
      places.leave(id);
    },
  };
}
