import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Appliance } from "../../support/appliance.ts";
import { answered } from "../../support/outside.ts";
import { connectScale, frames } from "../../support/scale-line.ts";
import { openCrowd } from "../crowd.ts";
import type { Plant } from "../plant.ts";
import { between, type Scenario, scenariosOf, whole } from "../scenario.ts";
import { startSilentProxy } from "../silent-proxy.ts";
import { connectWhenUp, type Noise, noteLine, wild } from "../wild-scales.ts";

const scenario = scenariosOf("scales");

/** Far above what it takes: other faults may be at work. */
const ghostLimitMs = 8_000;
const starvedMs = 10_000;
const crowdSize = 10_000;
/** The crowd's connections, what is kept in reserve beside them, and this process's own ends of them. */
const filesWanted = crowdSize + 4_000;

export const scalesScenarios: readonly Scenario[] = [
  scenario("half-open after a loss of Wi-Fi", loseWifi),
  scenario("reset in the middle of a frame", async (plant) => {
    for (let left = whole(plant, 3, 10); left > 0; left--) {
      const line = await connectWhenUp(plant);
      const scale = noteLine(plant, line, wild.reset);
      await scale.print(whole(plant, 1, 20));
      const next = plant.senders.stretch(wild.reset, 0).from;
      // Before the unit: with it, it would be a bag.
      const raw = frames(wild.reset, next, 1).slice(0, whole(plant, 1, 8));
      await scale.blurt([{ printed: raw, raw }]);
      await Bun.sleep(between(plant, 0, 20));
      scale.reset();
    }
  }),
  scenario("one byte at a time", async (plant) => {
    // Now and then each byte is followed by a silence that would end a frame.
    const isSlowest = plant.random() < 0.2;
    const everyMs = isSlowest ? 300 : between(plant, 1, 30);
    const bags = isSlowest ? 1 : 5;
    const line = await connectWhenUp(plant);
    const scale = noteLine(plant, line, wild.slow, async (text) => {
      for (const byte of text) {
        await line.send(byte);
        await Bun.sleep(everyMs);
      }
    });
    await scale.print(bags);
    await scale.close();
  }),
  scenario("10,000 connections", crowd, {
    obstacle() {
      const files = openFilesMax();
      return files >= filesWanted ? null : `only ${files} open files: ulimit -n ${filesWanted}`;
    },
  }),
  scenario("a flood beside slow scales", flood),
  scenario("garbage and binary", async (plant) => {
    const scale = noteLine(plant, await connectWhenUp(plant), wild.noisy);
    for (let left = whole(plant, 20, 200); left > 0; left--) {
      await scale.print(1);
      await scale.blurt([garbage(plant)]);
    }
    await scale.close();
  }),
  scenario("an endless line", async (plant) => {
    const scale = noteLine(plant, await connectWhenUp(plant), wild.noisy);
    // A terminator: afterwards only the next one ends the line.
    await scale.print(1);
    const endless = "~".repeat(whole(plant, 300_000, 3_000_000));
    await scale.blurt([{ printed: `${endless}\r\n`, raw: endless.slice(0, 1_024) }]);
    await scale.print(1);
    await scale.close();
  }),
  scenario("reconnect storm", async (plant) => {
    const deadline = performance.now() + between(plant, 500, 2_000);
    const scales = Array.from({ length: 20 }, (_, index) => wild.storm * 100 + index);
    const storm = scales.map(async (id) => {
      while (performance.now() < deadline) {
        const scale = noteLine(plant, await connectWhenUp(plant), id);
        await scale.print(1);
        await scale.close();
      }
    });
    const storms = [...storm, resetAll(plant, deadline)];
    await Promise.all(storms);
  }),
  scenario("the same scale on two connections", async (plant) => {
    const deadline = performance.now() + between(plant, 1_000, 3_000);
    const turnMs = between(plant, 20, 200);
    const play = async (id: number, delayMs: number) => {
      await Bun.sleep(delayMs);
      while (performance.now() < deadline) {
        const scale = noteLine(plant, await connectWhenUp(plant), id);
        while (scale.isOpen && performance.now() < deadline) {
          await scale.print(1);
          await Bun.sleep(turnMs);
        }
        await scale.close();
      }
    };
    // The second one comes while the first one is quiet, so that the first looks like a ghost.
    await Promise.all([play(wild.one, 0), play(wild.same, turnMs / 2)]);
  }),
];

/**
 * The appliance is not told that the scale is gone, and the scale prints on a new connection: the old one has to go
 * at once. (Tried a few times: a jump of the clock at this moment hides a ghost, until the kernel's probes find it.)
 */
async function loseWifi(plant: Plant): Promise<void> {
  for (let tries = 1; tries <= 4; tries++) if (await isGhostReplaced(plant)) return;
  throw new Error("a scale that came back did not replace its ghost");
}

/** @returns false when it was not within the limit; true also where the appliance itself went away. */
async function isGhostReplaced(plant: Plant): Promise<boolean> {
  const appliance = running(plant);
  if (appliance === null) return true;
  // A new scale each time: a scale's ghost is replaced once a minute at most.
  const id = whole(plant, 1_000, 1_000_000);
  using air = await startSilentProxy(appliance.scalePort);
  let ghostId: number | undefined;
  const becomes = async (isRight: (connections: readonly number[]) => boolean) => {
    const deadline = performance.now() + ghostLimitMs;
    while (performance.now() < deadline && running(plant) === appliance) {
      if (isRight(await connectionsOf(appliance, id).catch(() => []))) return true;
      await Bun.sleep(20);
    }
    return running(plant) !== appliance;
  };
  const before = noteLine(plant, await connectScale(air.port), id);
  await before.print(whole(plant, 1, 10));
  const isSeen = await becomes(([first]) => {
    ghostId = first;
    return first !== undefined;
  });
  if (!isSeen) return false;
  air.abandon();
  const back = noteLine(plant, await connectWhenUp(plant), id);
  await back.print(whole(plant, 1, 10));
  const isReplaced = await becomes(
    ([first, ...others]) => first !== ghostId && first !== undefined && others.length === 0,
  );
  await back.close();
  return isReplaced;
}

function running(plant: Plant): Appliance | null {
  try {
    return plant.appliance();
  } catch {
    return null;
  }
}

const connectionList = z.object({
  items: z.array(z.object({ id: z.number(), scales: z.array(z.number()) })),
});

/** The ids of the open connections on which a scale printed. */
async function connectionsOf(appliance: Appliance, scale: number): Promise<number[]> {
  const { items } = await answered(appliance.api("/api/connections"), connectionList);
  return items.filter(({ scales }) => scales.includes(scale)).map(({ id }) => id);
}

/** More than are allowed in, all at once; who was there before must not notice. */
async function crowd(plant: Plant): Promise<void> {
  const line = await connectWhenUp(plant);
  const appliance = running(plant);
  const scale = noteLine(plant, line, wild.crowd);
  await scale.print(1);
  using people = await openCrowd(appliance?.scalePort ?? 0, crowdSize);
  await scale.print(whole(plant, 1, 20));
  await Bun.sleep(between(plant, 100, 1_000));
  people[Symbol.dispose]();
  if (!(await scale.close()) && running(plant) === appliance) throw new Error("a crowd pushed a scale out");
}

/** One scale prints as fast as it can, others a bag now and then: theirs must be read meanwhile. */
async function flood(plant: Plant): Promise<void> {
  const appliance = running(plant);
  const flooding = noteLine(plant, await connectWhenUp(plant), wild.flood);
  let isOver = false;
  const pour = async () => {
    // Few bags: each is forwarded as well, which takes far longer.
    const noise = Array.from({ length: 2_000 }, () => ({ printed: `${zero}\r\n`, raw: zero }));
    for (let left = whole(plant, 5, 30); left > 0 && flooding.isOpen; left--) {
      await flooding.print(5);
      await flooding.blurt(noise);
    }
    await flooding.close();
    isOver = true;
  };
  const trickle = async (id: number) => {
    while (!isOver) {
      const slow = noteLine(plant, await connectWhenUp(plant), id);
      await slow.print(1);
      const began = performance.now();
      await slow.close();
      const tookMs = performance.now() - began;
      if (tookMs > starvedMs && running(plant) === appliance) {
        throw new Error(`a bag beside a flood was read after ${Math.round(tookMs)} ms`);
      }
      await Bun.sleep(20);
    }
  };
  await Promise.all([pour(), ...[0, 1, 2].map((index) => trickle(wild.flood * 100 + index))]);
}

const zero = `${wild.flood},0.0000 lb`;

async function resetAll({ senders }: Plant, deadline: number): Promise<void> {
  while (performance.now() < deadline) {
    senders.reset();
    await Bun.sleep(100);
  }
}

/** A line of bytes that no reading has: without digits, without what stands between or around frames, and without telnet. */
function garbage(plant: Plant): Noise {
  const length = whole(plant, 1, 256);
  let raw = "";
  while (raw.length < length) {
    const byte = whole(plant, 1, 255);
    const isInside = raw.length > 0 && raw.length < length - 1;
    const isVisible = byte > 0x20 && byte < 0x7f;
    const means = [0x02, 0x03, 0x04, 0x0a, 0x0d, 0x17, 0x1b, 0xff].includes(byte);
    const isDigit = byte >= 0x30 && byte <= 0x39;
    if (!isDigit && !means && (isInside || isVisible)) raw += String.fromCharCode(byte);
  }
  return { printed: `${raw}\r\n`, raw };
}

/** Of this process, and of the appliance that it starts. */
function openFilesMax(): number {
  const limits = readFileSync("/proc/self/limits", "utf8");
  return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? 0);
}
