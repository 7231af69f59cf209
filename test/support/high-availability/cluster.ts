// PostgreSQL in high availability as docs/high-availability.md sets it up, from its own files as they are.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { connect, type Sql } from "../../../src/database/database.ts";
import { silentLogger } from "../silent-logger.ts";
import { until } from "../until.ts";
import { knowEachOther, localMachine, type Machine, makeMachine, makeNetwork } from "./machines.ts";

const files = resolve(import.meta.dir, "../../../deploy/high-availability");
const startLimitMs = 180_000;

export interface Cluster extends AsyncDisposable {
  readonly first: Machine;
  readonly second: Machine;
  /** The user that the appliances connect as. */
  readonly user: string;
  readonly password: string;
  /** One connection to a machine, as the superuser; it does not reconnect. The caller ends it. */
  connect(machine: Machine, database: string): Sql;
  /** The machine that takes writes and has the leader's key. */
  primary(): Promise<Machine>;
  /** The other of the two. */
  otherThan(machine: Machine): Machine;
  /** Starts what runs on a machine: etcd and Patroni, which starts PostgreSQL. What runs already is left alone. */
  start(machine: Machine): void;
  /** Waits until both are there and the standby has what the primary has. */
  untilWhole(limitMs?: number): Promise<void>;
  /** Patroni's command line, on the appliance's machine. @throws where it fails. */
  patronictl(...words: readonly string[]): Promise<string>;
  makeDatabase(name: string): Promise<void>;
}

interface Member {
  readonly role: string;
  readonly state: string;
  readonly timeline: number | null;
  readonly lagBytes: number;
}

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

  async function memberOf(machine: Machine): Promise<Member | null> {
    try {
      const answer = await fetch(`http://${machine.address}:8008/patroni`, {
        signal: AbortSignal.timeout(2_000),
      });
      const told = (await answer.json()) as {
        role: string;
        state: string;
        timeline?: number;
        replication?: { state: string }[];
      };
      return { role: told.role, state: told.state, timeline: told.timeline ?? null, lagBytes: 0 };
    } catch {
      return null;
    }
  }

  async function leader(): Promise<Machine | null> {
    for (const machine of all) {
      const status = await fetch(`http://${machine.address}:8008/primary`, {
        signal: AbortSignal.timeout(2_000),
      }).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status === 200) return machine;
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

  async function isWhole(): Promise<boolean> {
    const at = await leader();
    if (at === null) return false;
    const [mine, others] = await Promise.all([memberOf(at), memberOf(at === first ? second : first)]);
    if (mine === null || others === null || others.role !== "replica" || others.timeline !== mine.timeline)
      return false;
    const sql = connectTo(at, "postgres");
    try {
      const [row] = await sql<{ streams: boolean }[]>`
        select exists (
          select from pg_stat_replication
          where state = 'streaming' and pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) < 200000
        ) as streams`;
      return row?.streams === true;
    } finally {
      await sql.end({ timeout: 0 });
    }
  }

  // All three first: until they know each other's version, Patroni does not understand them.
  for (const machine of [appliance, ...all]) startEtcd(machine);
  start(first);
  await until("the first machine is the primary", async () => (await leader()) === first, startLimitMs);
  start(second);
  appliance.start(["haproxy", "-db", "-f", join(files, "haproxy.cfg")], { log: join(folder, "haproxy.log") });
  const untilWhole = (limitMs = startLimitMs) =>
    until("the standby follows", () => isWhole().catch(() => false), limitMs);
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
    otherThan: (machine) => (machine === first ? second : first),
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
