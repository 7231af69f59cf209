// What can happen to the machine of the primary.
import type { Cluster } from "./cluster.ts";
import { type Machine, postgresPrograms } from "./machines.ts";

export interface Fault {
  /** Its flag on the command line. */
  readonly name: string;
  /** As it stands in the table. */
  readonly title: string;
  /** Within how many seconds of the promotion, or of what else `title` says, a bag has to be recorded. */
  readonly goalS: number;
  readonly isSynchronous: boolean;
  /**
   * Whether the new primary lacks bags that the former one had taken, so that they are recorded again. `may`: what was
   * answered in the last moment, because it replicates asynchronously.
   */
  readonly fallsBack: "may" | "must" | "must not";
  /** Whether the standby takes the primary's place. */
  readonly isPromoted: boolean;
  /** Makes it happen, and does not wait for the promotion. */
  happen(cluster: Cluster, former: Machine, standby: Machine): Promise<void>;
  /** What happens when bags are recorded in the new primary. Times count from its end. */
  afterwards?(cluster: Cluster, former: Machine, primary: Machine): Promise<void>;
}

/** For how long the standby hears nothing before it is promoted. */
const behindMs = 3_000;

function fault(name: string, title: string, happen: Fault["happen"], more: Partial<Fault> = {}): Fault {
  return { name, title, happen, goalS: 5, isSynchronous: false, fallsBack: "may", isPromoted: true, ...more };
}

export const faults: readonly Fault[] = [
  fault("machine-killed", "the primary's machine is killed", (_, former) => former.kill()),
  fault("postgres-killed", "PostgreSQL is killed, Patroni is not", (_, former) => former.kill("postgres")),
  fault(
    "machine-stopped",
    "the machine stands still, its connections stay open",
    async (_, former) => former.freeze(),
    { goalS: 10 },
  ),
  fault(
    "postgres-stopped",
    "PostgreSQL stands still, Patroni does not",
    async (_, former) => former.freeze("postgres"),
    { goalS: 10 },
  ),
  fault("network-cut", "the machine's network is cut", async (_, former) => former.cut()),
  fault(
    "switch-over",
    "switch-over on request",
    async (cluster, former, standby) => {
      await cluster.patronictl("switchover", "--leader", former.name, "--candidate", standby.name, "--force");
    },
    { fallsBack: "must not" },
  ),
  fault(
    "behind",
    "the standby lacks the last 3 s",
    async (_, former, standby) => {
      standby.deafen(former.address, 5432);
      await Bun.sleep(behindMs);
      await former.kill();
    },
    { fallsBack: "must" },
  ),
  fault("synchronous", "the machine is killed, synchronous", (_, former) => former.kill(), {
    isSynchronous: true,
    fallsBack: "must not",
  }),
  fault(
    "by-hand",
    "the former primary is started by hand, and all connections end",
    async (_, former) => {
      await former.kill("patroni");
      await former.kill("postgres");
    },
    { afterwards: startByHand },
  ),
  fault("standby-cut", "the standby's network is cut, synchronous", async (_, __, standby) => standby.cut(), {
    isSynchronous: true,
    isPromoted: false,
    fallsBack: "must not",
    goalS: 15,
  }),
];

const data = "/var/lib/postgresql/15/prepuff";

/** Two servers take writes from then on: the former primary knows nothing of the new one. */
async function startByHand(cluster: Cluster, former: Machine, primary: Machine): Promise<void> {
  const log = "/var/lib/postgresql/by-hand.log";
  await former.run([`${postgresPrograms}/pg_ctl`, "-D", data, "-l", log, "-w", "start"], {
    user: "postgres",
  });
  const sql = cluster.connect(primary, "postgres");
  await sql`
    select pg_terminate_backend(pid)
    from pg_stat_activity
    where usename = ${cluster.user}`;
  await sql.end({ timeout: 1 });
}
