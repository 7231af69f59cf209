import { test } from "bun:test";
import { playHalf } from "./half.ts";

test("every fault of the first half once, some at once: nothing is lost or doubled, and weighing goes on", async () => {
  await playHalf(0);
}, 300_000);
