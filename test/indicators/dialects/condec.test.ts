import { describe, expect, test } from "bun:test";
import { layouts } from "../../../src/indicators/dialects/condec/layouts.ts";
import { condec } from "../../../src/indicators/dialects/condec.ts";
import { condecExamples, condecSetExamples } from "../examples/condec.ts";
import { holds } from "../holds.ts";

describe("Condec", () => {
  holds(condec, condecExamples);

  test("no example is of two layouts", () => {
    for (const [bytes] of [...condecExamples.known, ...condecExamples.variants]) {
      const frame = bytes.replace(/^[\r\n]+|[\r\n\x03]+$/g, "");
      expect(layouts.filter(({ pattern }) => pattern.test(frame)).length).toBeLessThanOrEqual(1);
    }
  });
});

describe("Condec with what the prints leave open", () => {
  holds(condec, condecSetExamples);
});
