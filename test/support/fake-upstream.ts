/** One request as it came. */
export interface ReceivedScan {
  /** The body, byte for byte. */
  readonly body: string;
  readonly form: Readonly<Record<string, string>>;
  readonly station: string;
  /** The Idempotency-Key: the bag's uid. */
  readonly key: string;
  readonly headers: Headers;
  /** 1 for the first request of this server. */
  readonly number: number;
  /** performance.now() at its arrival. */
  readonly at: number;
}

export type Answer = (scan: ReceivedScan) => Response | Promise<Response>;

export interface FakeUpstream {
  /** The full URL of `scan_bag`; the same after `restart`. */
  readonly url: string;
  readonly received: ReceivedScan[];
  /** The keys of bags that were answered with success, in order; a repeated one once, as the API would. */
  readonly taken: string[];
  /** The most requests of one station that were in flight at once. */
  readonly inFlightMax: number;
  /** From now on answers like this; without an argument takes every bag. */
  answer(how?: Answer): void;
  /** Closes the port and every connection, in the middle of whatever they do. */
  stop(): Promise<void>;
  restart(): void;
}

/** A real HTTP server in the place of the other company's API. */
export function startFakeUpstream(first?: Answer): FakeUpstream {
  const received: ReceivedScan[] = [];
  const taken = new Set<string>();
  const inFlight = new Map<string, number>();
  let inFlightMax = 0;
  const takeBag: Answer = ({ key }) => {
    taken.add(key);
    return success({ bag_id: taken.size, bag_num: taken.size });
  };
  let answer = first ?? takeBag;
  let server = serve(0);

  function serve(port: number) {
    return Bun.serve({
      hostname: "127.0.0.1",
      port,
      idleTimeout: 0,
      async fetch(request) {
        const body = await request.text();
        const form = Object.fromEntries(new URLSearchParams(body));
        const { station = "" } = form;
        const key = request.headers.get("idempotency-key") ?? "";
        const { headers } = request;
        const scan = {
          body,
          form,
          station,
          key,
          headers,
          number: received.length + 1,
          at: performance.now(),
        };
        received.push(scan);
        const now = (inFlight.get(station) ?? 0) + 1;
        inFlight.set(station, now);
        inFlightMax = Math.max(inFlightMax, now);
        try {
          return await answer(scan);
        } finally {
          inFlight.set(station, (inFlight.get(station) ?? 1) - 1);
        }
      },
    });
  }

  const { port } = server;
  return {
    url: `http://127.0.0.1:${port}/api/prepuff/scan_bag`,
    received,
    get taken() {
      return [...taken];
    },
    get inFlightMax() {
      return inFlightMax;
    },
    answer(how = takeBag) {
      answer = how;
    },
    stop: () => server.stop(true),
    restart() {
      server = serve(port ?? 0);
    },
  };
}

/** The API's answer to a bag it took. */
export function success(changes: Readonly<Record<string, unknown>> = {}): Response {
  return Response.json({
    success: true,
    bag_id: 12345,
    bag_num: 47,
    in_tolerance: true,
    job_complete: false,
    ...changes,
  });
}

export interface RawUpstream {
  readonly url: string;
  /** Requests whose header came. */
  readonly requests: number;
  stop(): void;
}

/** A server that speaks no proper HTTP: writes `bytes` to every request, or nothing, and keeps the line open. */
export function startRawUpstream(bytes: string | null, closeAfter = false): RawUpstream {
  let requests = 0;
  const server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data(socket, data) {
        if (!data.toString().startsWith("POST ")) return;
        requests++;
        if (bytes !== null) socket.write(bytes);
        if (closeAfter) socket.end();
      },
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}/api/prepuff/scan_bag`,
    get requests() {
      return requests;
    },
    stop: () => server.stop(true),
  };
}
