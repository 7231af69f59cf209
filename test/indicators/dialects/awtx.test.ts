import { describe } from "bun:test";
import { awtx } from "../../../src/indicators/dialects/awtx.ts";
import { awtxExamples, awtxNetExamples } from "../examples/awtx.ts";
import { holds } from "../holds.ts";

describe("Avery Weigh-Tronix prints", () => {
  holds(awtx, awtxExamples);
});

describe("Avery Weigh-Tronix prints of which the net weight is meant", () => {
  holds(awtx, awtxNetExamples);
});
