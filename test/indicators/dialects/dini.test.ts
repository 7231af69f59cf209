import { describe } from "bun:test";
import { dini } from "../../../src/indicators/dialects/dini.ts";
import { diniExamples } from "../examples/dini.ts";
import { holds } from "../holds.ts";

describe("Dini Argeo", () => {
  holds(dini, diniExamples);
});
