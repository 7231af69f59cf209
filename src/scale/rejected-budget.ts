/**
 * Which rejected frames are kept one by one. The others are only counted: a scale that prints `0.00 lb` ten times a second would
 * else make 864,000 rows a day, and a flood of nonsense would fill the disk that bags need.
 *
 * A frame is kept while three budgets have room, each refilled evenly: that of all connections, that of its own (a fifth of
 * it), and that of frames of its shape on its connection (a thirtieth; digits aside, `1,0.00 lb` and `1,-0.02 lb M` have one
 * each). So the first ones are always kept, a scale that rejects at the pace of work is kept whole, and many connections
 * together keep no more than all may.
 */
export interface RejectedBudget {
  /**
   * @param at milliseconds since the epoch.
   * @returns whether this frame is to be kept with its bytes.
   */
  allows(connectionId: number, raw: string, at: number): boolean;
}

/** More are not distinguished: beyond it the oldest one's budget starts again. */
const connectionsMax = 1_024;
const shapesMax = 4;
const shapeLength = 64;

interface Connection {
  readonly budget: Budget;
  readonly shapes: Map<string, Budget>;
}

/** @param perMinute of all connections together; as many at once. */
export function createRejectedBudget(perMinute: number): RejectedBudget {
  const ofAll = createBudget(perMinute, perMinute);
  const connections = new Map<number, Connection>();

  function connectionOf(id: number): Connection {
    const known = connections.get(id);
    if (known !== undefined) return known;
    if (connections.size >= connectionsMax) forgetOldest(connections);
    const connection = { budget: createBudget(perMinute / 5, perMinute / 5), shapes: new Map() };
    connections.set(id, connection);
    return connection;
  }

  function shapeOf({ shapes }: Connection, raw: string): Budget {
    const shape = raw.slice(0, shapeLength).replace(/\d+/g, "0");
    const known = shapes.get(shape);
    if (known !== undefined) return known;
    if (shapes.size >= shapesMax) forgetOldest(shapes);
    const budget = createBudget(perMinute / 30, perMinute / 15);
    shapes.set(shape, budget);
    return budget;
  }

  return {
    allows(connectionId, raw, at) {
      if (!ofAll.hasRoom(at)) return false;
      const connection = connectionOf(connectionId);
      if (!connection.budget.hasRoom(at)) return false;
      const shape = shapeOf(connection, raw);
      if (!shape.hasRoom(at)) return false;
      for (const budget of [ofAll, connection.budget, shape]) budget.take();
      return true;
    },
  };
}

interface Budget {
  hasRoom(at: number): boolean;
  take(): void;
}

/** @param burst so many at once, at least one. */
function createBudget(perMinute: number, burst: number): Budget {
  const most = Math.max(1, burst);
  let left = most;
  let refilledAt: number | null = null;
  return {
    hasRoom(at) {
      // A clock that was set back refills nothing.
      const passedMs = Math.max(0, at - (refilledAt ?? at));
      left = Math.min(most, left + (passedMs / 60_000) * perMinute);
      refilledAt = at;
      return left >= 1;
    },
    take() {
      left--;
    },
  };
}

/** The oldest in a Map is its first key. */
function forgetOldest<Key>(map: Map<Key, unknown>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
