// Machines on one network: Linux network namespaces behind a bridge, made by root in a namespace of this process's own.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isGone, send } from "../processes.ts";
import { until } from "../until.ts";

/** The addresses of `deploy/high-availability`, of a range that is for examples alone (RFC 5737). */
const bridgeAddress = "192.0.2.10";

/** The folders that a machine has for itself; the rest it shares with this one. */
const ownFolders = ["/var/lib/postgresql", "/var/lib/etcd", "/run/postgresql"] as const;

/** Where Debian's package and `patroni.yml` have them. */
export const postgresPrograms = "/usr/lib/postgresql/15/bin";

export interface Started {
  /** Of the user, as `postgres`; left out: root. */
  readonly user?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A file that standard output and error are appended to. */
  readonly log: string;
}

export interface Machine {
  readonly name: string;
  readonly address: string;
  /** Starts a program on it that stays. */
  start(command: readonly string[], how: Started): void;
  /** Runs a program on it to its end. @returns what it said. @throws where it failed. */
  run(command: readonly string[], how: Omit<Started, "log">): Promise<string>;
  /** Its processes; of a program alone where its name is given. */
  processes(program?: string): number[];
  /** kill -9, and waits until they are gone: of one program, or of all. */
  kill(program?: string): Promise<void>;
  /** They stand still; connections stay open and say nothing. */
  freeze(program?: string): void;
  thaw(): void;
  /** From now on nothing gets to it or comes from it, and nobody is told. */
  cut(): void;
  /** Packets between it and another one vanish where they come from, or are for, this port. */
  deafen(other: string, port: number): void;
  /** Ends `cut` and `deafen`. */
  heal(): void;
}

/** What this machine lacks for it; empty: nothing. */
export function missingPrograms(): string[] {
  const programs = ["ip", "iptables", "unshare", "setpriv", "patroni", "patronictl", "etcd", "haproxy"];
  const missing = programs.filter((program) => Bun.which(program) === null);
  if (!existsSync(join(postgresPrograms, "postgres"))) missing.push("PostgreSQL 15");
  if (process.platform !== "linux" || process.getuid?.() !== 0) missing.unshift("root on Linux");
  return missing;
}

/** Runs this program once more in a network of its own, in which the addresses are free. @returns its exit code. */
export function inOwnNetwork(): Promise<number> {
  const child = Bun.spawn(["unshare", "--net", process.execPath, ...process.argv.slice(1)], {
    env: { ...process.env, [insideMark]: "1" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  return child.exited;
}

const insideMark = "PREPUFF_CAMPAIGN_NETWORK";
export const isInOwnNetwork = process.env[insideMark] !== undefined;

/** This process's own side of the network. */
export function makeNetwork(): void {
  must(["ip", "link", "set", "lo", "up"]);
  // Its own address, or it would take one of a cable's, and another one when that is cut.
  must(["ip", "link", "add", "plant", "address", "02:00:c0:00:02:0a", "type", "bridge"]);
  must(["ip", "address", "add", `${bridgeAddress}/24`, "dev", "plant"]);
  must(["ip", "link", "set", "plant", "up"]);
}

/** The machine that this process is on, with folders of its own for what it starts. */
export function localMachine(folder: string): Pick<Machine, "name" | "address" | "start"> & AsyncDisposable {
  const { prefix } = mounts(join(folder, "appliance"));
  const started: Bun.Subprocess[] = [];
  return {
    name: "appliance",
    address: bridgeAddress,
    start(command, how) {
      started.push(spawn(["unshare", "--mount", ...prefix], command, how));
    },
    async [Symbol.asyncDispose]() {
      for (const child of started) child.kill("SIGKILL");
      await Promise.all(started.map((child) => child.exited));
    },
  };
}

const spaces = new Set<string>();
const children = new Set<Bun.Subprocess>();
// A campaign that is ended half-way must not leave machines behind.
process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
  for (const space of spaces) {
    const pids = Bun.spawnSync(["ip", "netns", "pids", space]).stdout.toString();
    for (const pid of pids.split("\n").filter(Boolean)) send(Number(pid), "SIGKILL");
    Bun.spawnSync(["ip", "netns", "del", space]);
  }
});

export function makeMachine(folder: string, name: string, address: string): Machine & AsyncDisposable {
  const space = spaceOf(name);
  const cable = `to-${name}`;
  const { prefix } = mounts(join(folder, name));
  const inside = ["ip", "netns", "exec", space, ...prefix];
  let frozen: number[] = [];

  must(["ip", "netns", "add", space]);
  spaces.add(space);
  must(["ip", "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", space]);
  must(["ip", "link", "set", cable, "master", "plant", "up"]);
  must(["ip", "-n", space, "link", "set", "lo", "up"]);
  must(["ip", "-n", space, "address", "add", `${address}/24`, "dev", "eth0"]);
  must(["ip", "-n", space, "link", "set", "eth0", "up"]);

  function processes(program?: string): number[] {
    const all = must(["ip", "netns", "pids", space]).split("\n").filter(Boolean).map(Number);
    return all.filter((pid) => !isGone(pid) && (program === undefined || nameOf(pid) === program));
  }

  function freeze(program?: string): void {
    const pids = processes(program);
    for (const pid of pids) send(pid, "SIGSTOP");
    frozen.push(...pids);
  }

  async function kill(program?: string): Promise<void> {
    // Standing still first, so that none starts another one while they are counted.
    freeze(program);
    const pids = processes(program);
    for (const pid of pids) send(pid, "SIGKILL");
    frozen = frozen.filter((pid) => !pids.includes(pid));
    await until(`${name}'s processes are gone`, () => pids.every(isGone));
  }

  return {
    name,
    address,
    start: (command, how) => void spawn(inside, command, how),
    async run(command, { user, env }) {
      const child = Bun.spawn([...inside, ...asUser(user), ...command], {
        env: { ...baseEnv, ...env },
        stdout: "pipe",
        stderr: "pipe",
      });
      const [said, complained] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
      ]);
      if ((await child.exited) !== 0) throw new Error(`${command.join(" ")}: ${said}${complained}`);
      return said;
    },
    processes,
    kill,
    freeze,
    thaw() {
      for (const pid of frozen) send(pid, "SIGCONT");
      frozen = [];
    },
    cut() {
      must(["ip", "link", "set", cable, "nomaster"]);
    },
    deafen(other, port) {
      for (const side of ["--sport", "--dport"]) {
        const rule = ["-s", other, "-p", "tcp", side, String(port), "-j", "DROP"];
        must(["ip", "netns", "exec", space, "iptables", "-A", "INPUT", ...rule]);
      }
    },
    heal() {
      must(["ip", "link", "set", cable, "master", "plant"]);
      must(["ip", "netns", "exec", space, "iptables", "-F", "INPUT"]);
    },
    async [Symbol.asyncDispose]() {
      await kill();
      must(["ip", "netns", "del", space]);
      spaces.delete(space);
    },
  };
}

/** A cable without a plug is noticed by the network card; a machine behind a switch, a router or a firewall is not. */
export function knowEachOther(machines: readonly Machine[]): void {
  const all = [
    { at: ["ip"], device: "plant", address: bridgeAddress },
    ...machines.map(({ name, address }) => ({
      at: ["ip", "-n", spaceOf(name)],
      device: "eth0",
      address,
    })),
  ].map((each) => ({ ...each, mac: macOf(each) }));
  for (const { at, device, address } of all) {
    for (const other of all.filter((each) => each.address !== address)) {
      must([
        ...at,
        "neigh",
        "replace",
        other.address,
        "lladdr",
        other.mac,
        "dev",
        device,
        "nud",
        "permanent",
      ]);
    }
  }
}

function spaceOf(name: string): string {
  return `pp${process.pid}-${name}`;
}

function macOf({ at, device }: { readonly at: readonly string[]; readonly device: string }): string {
  const [, mac] = /link\/ether ([0-9a-f:]+)/.exec(must([...at, "link", "show", device])) ?? [];
  if (mac === undefined) throw new Error(`${device} has no address`);
  return mac;
}

const baseEnv = { PATH: process.env.PATH ?? "", LANG: "C.UTF-8" };

function spawn(inside: readonly string[], command: readonly string[], { user, env, log }: Started) {
  const script = 'log=$1; shift; exec "$@" >>"$log" 2>&1';
  const child = Bun.spawn(["sh", "-c", script, "sh", log, ...inside, ...asUser(user), ...command], {
    env: { ...baseEnv, ...env },
    stdin: "ignore",
  });
  children.add(child);
  void child.exited.then(() => children.delete(child));
  return child;
}

function asUser(user: string | undefined): string[] {
  return user === undefined ? [] : ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--init-groups"];
}

/** What makes the machine's own folders stand where the files of `deploy/high-availability` have them. */
function mounts(folder: string): { readonly prefix: string[] } {
  const lines = ownFolders.map((target) => {
    const own = join(folder, target);
    mkdirSync(own, { recursive: true });
    if (target.includes("postgresql")) Bun.spawnSync(["chown", "postgres:postgres", own]);
    return `mkdir -p ${target} && mount --bind ${own} ${target}`;
  });
  return { prefix: ["sh", "-c", `${lines.join(" && ")} && exec "$@"`, "sh"] };
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    // It ended meanwhile.
    return "";
  }
}

function must(command: readonly string[]): string {
  const { success, stdout, stderr } = Bun.spawnSync([...command]);
  if (!success) throw new Error(`${command.join(" ")}: ${stderr.toString()}`);
  return stdout.toString();
}
