// Scales on cables of their own, each of which can be cut without a word: Linux network namespaces, made by root.
import { until } from "./until.ts";

export interface Scales extends AsyncDisposable {
  /** Connects scale `index`, prints one bag, and leaves the line open. */
  connect(index: number): void;
  /** From now on nothing gets to this scale or comes from it, and nobody is told: as when the Wi-Fi is gone. */
  cut(index: number): void;
  /** When scale `index` connected and disconnected as the listener sees it; milliseconds since the epoch. */
  seen(index: number): { readonly connectedAt: number | null; readonly disconnectedAt: number | null };
}

const listenerProgram = Bun.fileURLToPath(new URL("./dead-link-listener.ts", import.meta.url));
const port = 10_001;
let made = 0;

/** Whether this machine lets us make network namespaces. */
export function canMakeNamespaces(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0 || Bun.which("ip") === null) return false;
  const probe = `prepuff-probe-${process.pid}`;
  const isMade = attempt(["ip", "netns", "add", probe]);
  if (isMade) attempt(["ip", "netns", "del", probe]);
  return isMade;
}

/**
 * A listener in a namespace of its own, and `count` scales, each in another one behind a cable of its own.
 *
 * @param paused the listener reads nothing, as while the journal's disk refuses writes.
 */
export async function startScales(count: number, { paused = false } = {}): Promise<Scales> {
  const name = `pp${process.pid}-${++made}`;
  const hub = `${name}-hub`;
  const scale = (index: number) => `${name}-${index}`;
  const spaces: string[] = [];
  const children: Bun.Subprocess[] = [];
  const events: { event: string; address: string; at: number }[] = [];
  const address = (index: number, side: 1 | 2) => `10.213.${index}.${side}`;

  function space(name: string): void {
    must(["ip", "netns", "add", name]);
    spaces.push(name);
    must(["ip", "-n", name, "link", "set", "lo", "up"]);
  }

  function cable(index: number): void {
    const [near, far] = [`near${index}`, `far${index}`];
    must(["ip", "-n", hub, "link", "add", near, "type", "veth", "peer", "name", far, "netns", scale(index)]);
    for (const [at, device, side] of [
      [hub, near, 1],
      [scale(index), far, 2],
    ] as const) {
      must(["ip", "-n", at, "address", "add", `${address(index, side)}/24`, "dev", device]);
      must(["ip", "-n", at, "link", "set", device, "up"]);
    }
    // As behind a router: the listener's kernel must not learn of the loss from an unanswered ARP request.
    const mac = must(["ip", "netns", "exec", scale(index), "cat", `/sys/class/net/${far}/address`]).trim();
    must(["ip", "-n", hub, "neigh", "replace", address(index, 2), "lladdr", mac, "dev", near]);
  }

  async function dispose(): Promise<void> {
    for (const child of children) child.kill("SIGKILL");
    await Promise.all(children.map((child) => child.exited));
    for (const each of spaces) attempt(["ip", "netns", "del", each]);
  }

  async function readEvents(lines: ReadableStream<Uint8Array>): Promise<void> {
    let rest = "";
    for await (const chunk of lines) {
      const whole = (rest + Buffer.from(chunk).toString()).split("\n");
      rest = whole.pop() ?? "";
      for (const line of whole) {
        const [event = "", from = "", at = ""] = line.split(" ");
        events.push({ event, address: from, at: Number(at) });
      }
    }
  }

  const timeOf = (event: string, index: number) =>
    events.find((each) => each.event === event && each.address === address(index, 2))?.at ?? null;

  try {
    space(hub);
    for (let index = 0; index < count; index++) {
      space(scale(index));
      cable(index);
    }
    const command = [process.execPath, listenerProgram, String(port), ...(paused ? ["paused"] : [])];
    const listener = Bun.spawn(["ip", "netns", "exec", hub, ...command], {
      stdout: "pipe",
      stderr: "inherit",
    });
    children.push(listener);
    void readEvents(listener.stdout);
    await until("the listener listens", () => events.some(({ event }) => event === "listening"));
  } catch (error) {
    await dispose();
    throw error;
  }

  return {
    connect(index) {
      const script = `exec 3<>/dev/tcp/${address(index, 1)}/${port}; printf '%d,50.20 lb\\r\\n' ${index + 1} >&3; exec sleep 600`;
      children.push(
        Bun.spawn(["ip", "netns", "exec", scale(index), "bash", "-c", script], { stdout: "ignore" }),
      );
    },
    cut(index) {
      // The cable stays up, and what comes is for an address that this side no longer has: it is dropped in silence.
      must(["ip", "-n", scale(index), "address", "flush", "dev", `far${index}`]);
    },
    seen: (index) => ({
      connectedAt: timeOf("connected", index),
      disconnectedAt: timeOf("disconnected", index),
    }),
    [Symbol.asyncDispose]: dispose,
  };
}

function attempt(command: readonly string[]): boolean {
  return Bun.spawnSync([...command], { stdout: "ignore", stderr: "ignore" }).success;
}

/** @returns what the command printed. @throws where it failed, with what it said. */
function must(command: readonly string[]): string {
  const { success, stdout, stderr } = Bun.spawnSync([...command]);
  if (!success) throw new Error(`${command.join(" ")}: ${stderr.toString()}`);
  return stdout.toString();
}
