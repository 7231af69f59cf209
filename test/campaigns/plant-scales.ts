import { connectScale, type ScaleLine } from "../support/scale-line.ts";

/** Scales that print by themselves, and what may go wrong with them. */
export interface PlantScales extends AsyncDisposable {
  /** What scale `id` prints next; default: a bag of about 50 lb. */
  print(how: (id: number) => string): void;
  /** Whether it prints at all. */
  printing: boolean;
  /** The scale has no connection, and makes none, until `plug`. */
  unplug(id: number): void;
  plug(id: number): void;
}

/** Each prints every 200 ms, and connects again by itself when it is cut off. */
export function startPlantScales(port: number, ids: readonly number[]): PlantScales {
  const unplugged = new Set<number>();
  const lines = new Map<number, ScaleLine>();
  let how = bagOf(50);
  let printing = true;
  let isOver = false;

  async function turn(id: number): Promise<void> {
    let line = lines.get(id);
    if (line?.isOpen === false || unplugged.has(id)) {
      line?.[Symbol.dispose]();
      lines.delete(id);
      line = undefined;
    }
    if (unplugged.has(id)) return;
    if (line === undefined) {
      line = await connectScale(port).catch(() => undefined);
      if (line === undefined) return;
      lines.set(id, line);
      // Only a print says which scale it is.
      await line.send(`${how(id)}\r\n`);
    }
    if (printing) await line.send(`${how(id)}\r\n`);
  }

  const running = (async () => {
    while (!isOver) {
      for (const id of ids) await turn(id);
      await Bun.sleep(200);
    }
  })();

  return {
    print(next) {
      how = next;
    },
    get printing() {
      return printing;
    },
    set printing(now) {
      printing = now;
    },
    unplug: (id) => void unplugged.add(id),
    plug: (id) => void unplugged.delete(id),
    async [Symbol.asyncDispose]() {
      isOver = true;
      await running;
      for (const line of lines.values()) line[Symbol.dispose]();
    },
  };
}

/** Bags that scatter a little around a weight in pounds. */
export function bagOf(pounds: number): (id: number) => string {
  let nth = 0;
  return (id) => `${id},${(pounds + ((nth++ * 37) % 21) / 100 - 0.1).toFixed(2)} lb`;
}
