import { describe } from "bun:test";
import { sma } from "../../../src/indicators/dialects/sma.ts";
import { smaExamples } from "../examples/sma.ts";
import { holds } from "../holds.ts";

describe("SMA SCP-0499", () => {
  holds(sma, smaExamples);
});
