import { expect } from "bun:test";
import { networkInterfaces } from "node:os";
import { readLedger } from "../support/outside.ts";
import { connectScale, frames, uniqueWeight, uniqueWeights } from "../support/scale-line.ts";
import { until } from "../support/until.ts";
import { run, type Service, type Stack } from "./stack.ts";

/** An alert has to hold for a minute; its end is told as late. */
const alertMs = 150_000;

export type Plant = ReturnType<typeof plantOn>;

/** What the drill does to a stack and sees of it. Scale 1 prints bags that can be told apart. */
export function plantOn(stack: Stack) {
  let printed = 0;
  /** Bags of other scales. */
  let others = 0;
  /** Printed to a process that had ended already. */
  let lost = 0;
  let interruptedFrom = new Date(0);
  const arrived = () => printed + others - lost;

  async function untilRecorded(): Promise<void> {
    await until(
      `${arrived()} bags are recorded`,
      async () => {
        const ledger = await readLedger(stack).catch(() => null);
        return ledger !== null && ledger.pending === 0 && ledger.received >= arrived();
      },
      30_000,
    );
  }

  return {
    get printed() {
      return printed;
    },

    /** Scale 1 prints `count` bags and is told that they were read. */
    async weigh(count: number): Promise<void> {
      using line = await connectScale(stack.scalePort);
      await line.send(frames(1, printed, count));
      expect(await line.close()).toBe(true);
      printed += count;
    },

    /** Scale 1 prints a bag every `everyMs` while `work` goes on, and connects again where it is cut off. */
    async weighDuring(everyMs: number, work: () => Promise<unknown>): Promise<void> {
      interruptedFrom = new Date();
      let isOver = false;
      const done = work().finally(() => {
        isOver = true;
      });
      while (!isOver) {
        using line = await connectScale(stack.scalePort, outerAddress()).catch(() => null);
        if (line === null) await Bun.sleep(10);
        while (line?.isOpen && !isOver) {
          await line.send(`1,${uniqueWeight(printed)} lb\r\n`);
          // What was on its way when the line was cut is known to the database alone.
          printed++;
          await Bun.sleep(everyMs);
        }
        await line?.close();
      }
      await done;
    },

    /** After `weighDuring`: what the database does not have was on its way to a process that had ended. */
    async settle(): Promise<{ readonly lost: number; readonly gapSeconds: number }> {
      let before = -1;
      await until("no more bags arrive", async () => {
        await Bun.sleep(300);
        const ledger = await readLedger(stack).catch(() => null);
        const isSame = ledger !== null && ledger.pending === 0 && ledger.bags === before;
        before = ledger?.bags ?? -1;
        return isSame;
      });
      lost = printed + others - before;
      const gap = await stack.sql(`
        select max(gap) from (
          select extract(epoch from weighed_at - lag(weighed_at) over (order by id)) as gap
          from filler_bag
          where printed_scale_id = 1 and weighed_at > '${interruptedFrom.toISOString()}'
        ) g`);
      return { lost, gapSeconds: Number(gap) };
    },

    /** Other scales weigh beside scale 1. */
    async simulate(scales: number, bags: number, meanwhile: () => Promise<void>): Promise<void> {
      const options = `--scales ${scales} --first-scale 101 --bags ${bags} --rate 60 --quiet`;
      const load = stack.compose(..."exec -T prepuff prepuff simulate".split(" "), ...options.split(" "));
      await meanwhile();
      expect(await load).toContain(`good bags           ${scales * bags}\n`);
      others += scales * bags;
      await untilRecorded();
    },

    /** Every bag is in the database, once, those of scale 1 in the order of weighing, and the ledger agrees. */
    async expectNothingLost(): Promise<void> {
      await untilRecorded();
      expect(await readLedger(stack)).toMatchObject({ bags: arrived(), rejected: 0, missing: 0 });
      const weights = await stack.sql(
        "select trim_scale(weight) from filler_bag where printed_scale_id = 1 order by id",
      );
      const known = weights.split("\n").map(Number);
      const found = new Set(known);
      expect(known).toHaveLength(printed - lost);
      expect(known).toEqual(
        uniqueWeights(printed)
          .map(Number)
          .filter((weight) => found.has(weight)),
      );
    },

    async stop(service: Service): Promise<void> {
      await stack.compose("stop", service);
    },

    async start(service: Service): Promise<void> {
      await stack.compose("up", "--detach", "--wait", "--no-deps", service);
    },

    async untilAlert(name: string, isFiring: boolean): Promise<void> {
      await until(
        `${name} ${isFiring ? "fires" : "is resolved"}`,
        async () => (await stack.alerts()).includes(name) === isFiring,
        alertMs,
      );
    },

    /** What each container uses now, as Docker counts it. */
    async memory(): Promise<string> {
      const names = (await stack.compose("ps", "--format", "{{.Name}}")).trim().split("\n");
      const lines = await run([
        "docker",
        "stats",
        "--no-stream",
        "--format",
        "{{.Name}} {{.MemUsage}}",
        ...names,
      ]);
      return lines
        .trim()
        .split("\n")
        .map((line) => line.replace(`${stack.project}-`, "").replace(/-1 (\S+) .*/, " $1"))
        .sort()
        .join(", ");
    },
  };
}

/** As scales reach the port: over 127.0.0.1 a proxy of Docker's takes connections also while no container is there. */
function outerAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return addresses.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1";
}

/**
 * The content of every table that holds what was recorded, as one fingerprint a table.
 *
 * @param journal what the audit trail says of this one is left out.
 */
export async function fingerprints(stack: Stack, journal?: string): Promise<string> {
  const tables = [
    "prepuff_company",
    "prepuff_job",
    "filler_bag",
    "rejected_frame",
    "delivery",
    "audit_event",
    "schema_migration",
  ];
  const each = tables.map((table) => {
    const some =
      table === "audit_event" && journal !== undefined ? `where subject <> 'journal:${journal}'` : "";
    return `select '${table}', count(*), md5(coalesce(string_agg(t::text, e'\\n' order by t::text), '')) from ${table} t ${some}`;
  });
  return stack.sql(each.join(" union all "));
}
