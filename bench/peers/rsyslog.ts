import { existsSync, writeFileSync } from "node:fs";
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

/**
 * imtcp → ompgsql. Set up for speed: its queue is in memory, so what it holds at a power cut is lost, and so long
 * that imtcp never slows the senders down; a batch is one transaction.
 */
export const rsyslog: Peer = {
  name: "rsyslog",
  missing: program === null || plugin === undefined ? "rsyslogd with ompgsql" : null,
  version: () => versionOf(program ?? "rsyslogd", "-v"),
  framesEach: 3_000,
  async start({ world, database, port, frames }) {
    await database.sql`
      create table bag (received_at timestamptz not null default now(), scale_id integer not null, reading text not null)`;
    const { hostname, port: postgresPort, pathname, username, password } = new URL(database.url);
    const file = join(world.folder, "rsyslog.conf");
    writeFileSync(
      file,
      `
global(workDirectory="${world.folder}" parser.escapeControlCharactersOnReceive="off")
module(load="imtcp" maxSessions="20000")
module(load="ompgsql")
main_queue(queue.type="FixedArray" queue.size="${frames + 10_000}" queue.dequeueBatchSize="2048" queue.workerThreads="1")
template(name="row" type="list" option.stdsql="on") {
  constant(value="insert into bag (scale_id, reading) values (")
  property(name="rawmsg" field.number="1" field.delimiter="44")
  constant(value=", '")
  property(name="rawmsg" field.number="2" field.delimiter="44")
  constant(value="')")
}
action(type="ompgsql" server="${hostname}" port="${postgresPort}" db="${pathname.slice(1)}"
  uid="${username}" pwd="${password}" template="row" action.resumeRetryCount="-1")
# A line begins with a digit: it must not be taken for a length.
input(type="imtcp" address="127.0.0.1" port="${port}" supportOctetCountedFraming="off")
`,
    );
    const pidFile = join(world.folder, `rsyslog-${port}.pid`);
    return runProgram(world, [program ?? "rsyslogd", "-n", "-f", file, "-i", pidFile]);
  },
};
