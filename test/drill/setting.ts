import { rmSync } from "node:fs";
import { nextImage } from "./images.ts";
import { type People, startPeople } from "./people.ts";
import { type Plant, plantOn } from "./plant.ts";
import { prepareStack, run, type Stack } from "./stack.ts";

/** What the steps of the drill share: they follow one another on one stack. */
export interface Drill {
  readonly stack: Stack;
  /** Another one, on which nothing is until a backup is restored there. */
  readonly empty: Stack;
  readonly plant: Plant;
  readonly people: People;
  /** What was measured; printed at the end. */
  readonly figures: string[];
  begin(): Promise<void>;
  /** Takes everything away. */
  end(): Promise<void>;
}

export async function prepareDrill(): Promise<Drill> {
  const people = await startPeople();
  const stack = await prepareStack("prepuff-drill", people.env);
  const empty = await prepareStack("prepuff-drill-empty");
  const removeBoth = () => Promise.all([stack.remove(), empty.remove()]);
  return {
    stack,
    empty,
    plant: plantOn(stack),
    people,
    figures: [],
    async begin() {
      await removeBoth();
    },
    async end() {
      await removeBoth();
      for (const { folder } of [stack, empty]) rmSync(folder, { recursive: true, force: true });
      await run(["docker", "image", "rm", "--force", nextImage]);
      await people[Symbol.asyncDispose]();
    },
  };
}
