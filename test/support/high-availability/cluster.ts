// PostgreSQL in high availability as docs/high-availability.md sets it up, from its own files as they are.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { connect, type Sql } from "../../../src/database/database.ts";
import { silentLogger } from "../silent-logger.ts";
import { until } from "../until.ts";
import { knowEachOther, localMachine, type Machine, makeMachine, makeNetwork } from "./machines.ts";

const files = resolve(import.meta.dir, "../../../deploy/high-availability");
const wholeLimitMs = 180_000;

export interface Cluster extends AsyncDisposable {
  readonly first: Machine;
  readonly second: Machine;
  /** The user that the appliances connect as. */
  readonly user: string;
  readonly password: string;
  /** One connection to a machine, as the superuser; it does not reconnect. The caller ends it. */
  connect(machine: Machine, database: string): Sql;
  /** The machine that has the leader's key. Waits until one has. */
  primary(): Promise<Machine>;
  /** The other of the two. */
  otherThan(machine: Machine): Machine;
  /** Starts what runs on a machine: etcd and Patroni, which starts PostgreSQL. What runs already is left alone. */
  start(machine: Machine): void;
  /** Waits until both are there and the standby has what the primary has. */
  untilWhole(): Promise<void>;
  /** Patroni's command line, on the appliance's machine. @throws where it fails. */
  patronictl(...words: readonly string[]): Promise<string>;
  makeDatabase(name: string): Promise<void>;
}

/** What Patroni says of its machine: https://patroni.readthedocs.io/en/latest/rest_api.html */
const memberShape = z.object({ role: z.string(), timeline: z.number().optional() });
const askLimitMs = 2_000;
/** A standby that lacks less follows: scales print all the time. */
const lagBytesMax = 200_000;

/** @param folder where everything is, with the programs' logs. */
export async function startCluster(folder: string): Promise<Cluster> {
  makeNetwork();
  await using stack = new AsyncDisposableStack();
  const appliance = stack.use(localMachine(folder));
  const first = stack.use(makeMachine(folder, "db1", "192.0.2.11"));
  const second = stack.use(makeMachine(folder, "db2", "192.0.2.12"));
  const all = [first, second];
  knowEachOther(all);
  const patroniFile = join(files, "patroni.yml");
  const patroniEnv = environmentOf("patroni.env", first);
  const secret = (key: string) => patroniEnv[key] ?? "";
  const password = "of-the-campaign";
  const user = "prepuff";

  function startEtcd(machine: Pick<Machine, "name" | "address" | "start">): void {
    const env = environmentOf("etcd.env", machine);
    machine.start(["etcd"], { env, log: join(folder, `${machine.name}-etcd.log`) });
  }

  function start(machine: Machine): void {
    if (machine.processes("etcd").length === 0) startEtcd(machine);
    if (machine.processes("patroni").length > 0) return;
    const env = environmentOf("patroni.env", machine);
    const log = join(folder, `${machine.name}-patroni.log`);
    machine.start(["patroni", patroniFile], { user: "postgres", env, log });
  }

  function connectTo({ address }: Machine, database: string): Sql {
    const url = `postgres://postgres:${secret("PATRONI_SUPERUSER_PASSWORD")}@${address}:5432/${database}`;
    return connect(url, silentLogger, 1, { idle_timeout: 0, max_lifetime: null });
  }

  async function patronictl(...words: readonly string[]): Promise<string> {
    const child = Bun.spawn(["patronictl", "-c", patroniFile, ...words], {
      env: { PATH: process.env.PATH, LANG: "C.UTF-8", ...patroniEnv },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const [said, complained] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    if ((await child.exited) !== 0) throw new Error(`patronictl ${words.join(" ")}: ${said}${complained}`);
    return said;
  }

  function ask({ address }: Machine, path: string): Promise<Response> {
    return fetch(`http://${address}:8008/${path}`, { signal: AbortSignal.timeout(askLimitMs) });
  }

  async function memberOf(machine: Machine) {
    return memberShape.parse(await (await ask(machine, "patroni")).json());
  }

  /** As HAProxy asks. */
  async function leader(): Promise<Machine | null> {
    for (const machine of all) {
      const answer = await ask(machine, "primary").catch(() => null);
      if (answer?.status === 200) return machine;
    }
    return null;
  }

  async function primary(): Promise<Machine> {
    let found: Machine | null = null;
    await until(
      "a machine has the leader's key",
      async () => {
        found = await leader();
        return found !== null;
      },
      120_000,
    );
    if (found === null) throw new Error("no primary");
    return found;
  }

  const otherThan = (machine: Machine) => (machine === first ? second : first);

  async function isWhole(): Promise<boolean> {
    const at = await leader();
    if (at === null) return false;
    const [mine, others] = await Promise.all([memberOf(at), memberOf(otherThan(at))]);
    if (others.role !== "replica" || others.timeline !== mine.timeline) return false;
    const sql = connectTo(at, "postgres");
    try {
      const [row] = await sql<{ follows: boolean }[]>`
        select exists (
          select from pg_stat_replication
          where state = 'streaming' and pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) < ${lagBytesMax}
        ) as follows`;
      return row?.follows === true;
    } finally {
      await sql.end({ timeout: 0 });
    }
  }

  // All three first: until they know each other's version, Patroni does not understand them.
  for (const machine of [appliance, ...all]) startEtcd(machine);
  start(first);
  await until("the first machine is the primary", async () => (await leader()) === first, wholeLimitMs);
  start(second);
  appliance.start(["haproxy", "-db", "-f", join(files, "haproxy.cfg")], { log: join(folder, "haproxy.log") });
  const untilWhole = () => until("the standby follows", () => isWhole().catch(() => false), wholeLimitMs);
  await untilWhole();
  const sql = connectTo(first, "postgres");
  await sql.unsafe(`create role ${user} login password '${password}'`);
  await sql.end();
  const owned = stack.move();
  return {
    first,
    second,
    user,
    password,
    connect: connectTo,
    primary,
    otherThan,
    start,
    untilWhole,
    patronictl,
    async makeDatabase(name) {
      const superuser = connectTo(await primary(), "postgres");
      await superuser.unsafe(`create database ${name} owner ${user}`);
      await superuser.end();
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** A file of db1 as this machine has it: its name and address stand in the part that is each machine's own. */
function environmentOf(
  file: string,
  { name, address }: Pick<Machine, "name" | "address">,
): Record<string, string> {
  const [own = "", same] = readFileSync(join(files, file), "utf8").split("# The same on each machine:\n");
  if (same === undefined) throw new Error(`${file} does not say what is the same on each machine`);
  const mine = own.replaceAll("db1", name).replaceAll("192.0.2.11", address);
  return Object.fromEntries(
    [...`${mine}${same}`.matchAll(/^([A-Z0-9_]+)=(.*)$/gm)].map(([, key = "", value = ""]) => [key, value]),
  );
}
