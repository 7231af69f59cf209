import { describe } from "bun:test";
import { stGs } from "../../../src/indicators/dialects/st-gs.ts";
import { stGsExamples, stGsSetExamples } from "../examples/st-gs.ts";
import { holds } from "../holds.ts";

describe("ST,GS lines", () => {
  holds(stGs, stGsExamples);
});

describe("ST,GS lines with what they leave open", () => {
  holds(stGs, stGsSetExamples);
});
