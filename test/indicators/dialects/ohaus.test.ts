import { describe } from "bun:test";
import { ohaus } from "../../../src/indicators/dialects/ohaus.ts";
import { ohausExamples } from "../examples/ohaus.ts";
import { holds } from "../holds.ts";

describe("Ohaus", () => {
  holds(ohaus, ohausExamples);
});
