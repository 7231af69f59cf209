import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Peer, runProgram, versionOf } from "./peer.ts";

const program = Bun.which("rsyslogd", { PATH: `${process.env.PATH}:/usr/sbin` });
const plugin = [
  "/usr/lib/x86_64-linux-gnu/rsyslog",
  "/usr/lib/aarch64-linux-gnu/rsyslog",
  "/usr/lib64/rsyslog",
]
  .map((folder) => join(folder, "ompgsql.so"))
  .find(existsSync);

const atLeastOnce = "at least once: a batch whose answer is lost is inserted again";
const inMemory = "what is in its queue, in memory";

/** At its fastest: two workers, each with a connection of its own. */
export const rsyslog = peer({
  name: "rsyslog",
  framesEach: 1_000,
  guarantees: {
    "a power cut loses": inMemory,
    "each frame": atLeastOnce,
    "order of a scale": "not kept: two workers overtake each other",
    judged: "no",
  },
  queue: (frames) => `${memory(frames)} queue.workerThreads="2" queue.workerThreadMinimumMessages="1000"`,
});

/** With the order that the product keeps. */
export const rsyslogInOrder = peer({
  name: "rsyslog, one worker",
  framesEach: 1_000,
  guarantees: {
    "a power cut loses": inMemory,
    "each frame": atLeastOnce,
    "order of a scale": "kept",
    judged: "no",
  },
  queue: (frames) => `${memory(frames)} queue.workerThreads="1"`,
});

/** As near as it comes to the product's journal: what it takes is on the disk first. */
export const rsyslogOnDisk = peer({
  name: "rsyslog, queue on disk with fsync",
  framesEach: 30,
  guarantees: {
    "a power cut loses": "nothing that reached its queue: on the disk, with fsync",
    "each frame": atLeastOnce,
    "order of a scale": "kept",
    judged: "no",
  },
  queue: () =>
    'queue.type="Disk" queue.filename="bags" queue.checkpointInterval="1" queue.syncQueueFiles="on" queue.workerThreads="1"',
});

/** Room for all frames of a round, so that imtcp never slows the senders. */
function memory(frames: number): string {
  return `queue.type="LinkedList" queue.size="${frames + 10_000}"`;
}

interface Own extends Pick<Peer, "name" | "framesEach" | "guarantees"> {
  /** The parameters of the action's queue, for so many frames of a round. */
  readonly queue: (frames: number) => string;
}

/**
 * imtcp → ompgsql, which inserts row by row and commits once a batch: it has neither COPY nor inserts of several rows.
 *
 * The queue is the action's, and the main queue passes on directly. Bags/s into the bare table, and CPU µs of both sides, one
 * after the other in one run of 29 November on a machine that was busy with other work, so that only great differences
 * count. One worker: main queue FixedArray, batches of 2,048: 3,054 (110 µs); action's queue LinkedList, batches of 1,000:
 * 4,764 (96 µs), of 5,000: 7,430 (77 µs); FixedArray, of 1,000: 7,865 (89 µs). Two workers: 13,248 (92 µs), four: 12,344
 * (93 µs), eight: 11,928 (98 µs). On a quiet machine the action's queue was nearly twice as fast as the main queue. A function
 * of the server in place of the insert: 3,944 beside 4,058, so none. imptcp lost a part of the flood.
 */
function peer({ queue, ...own }: Own): Peer {
  return {
    ...own,
    missing: program === null || plugin === undefined ? "rsyslogd with ompgsql" : null,
    version: () => versionOf(program ?? "rsyslogd", "-v"),
    async start({ world, database, port, frames }) {
      const { hostname, port: postgresPort, pathname, username, password } = new URL(database.url);
      const folder = mkdtempSync(join(world.folder, "rsyslog-"));
      const file = join(folder, "rsyslog.conf");
      writeFileSync(
        file,
        `
global(workDirectory="${folder}" parser.escapeControlCharactersOnReceive="off")
module(load="imtcp" maxSessions="20000")
module(load="ompgsql")
main_queue(queue.type="Direct")
template(name="row" type="list" option.stdsql="on") {
  constant(value="insert into bag (scale_id, reading) values (")
  property(name="rawmsg" field.number="1" field.delimiter="44")
  constant(value=", '")
  property(name="rawmsg" field.number="2" field.delimiter="44")
  constant(value="')")
}
action(type="ompgsql" server="${hostname}" port="${postgresPort}" db="${pathname.slice(1)}"
  uid="${username}" pwd="${password}" template="row" action.resumeRetryCount="-1"
  ${queue(frames)} queue.dequeueBatchSize="1000")
# A line begins with a digit: it must not be taken for a length.
input(type="imtcp" address="127.0.0.1" port="${port}" supportOctetCountedFraming="off")
`,
      );
      return runProgram(world, [program ?? "rsyslogd", "-n", "-f", file, "-i", join(folder, "rsyslog.pid")]);
    },
  };
}
