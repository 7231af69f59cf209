import { describe } from "bun:test";
import type { Shown } from "../../../src/indicators/dialect.ts";
import { yaohua } from "../../../src/indicators/dialects/yaohua.ts";
import { yaohuaExamples } from "../examples/yaohua.ts";
import type { Example, Expected } from "../examples.ts";
import { holds } from "../holds.ts";

const writes = ({ weight }: Shown): Expected => ({ kind: "weight", weight });

describe("Yaohua", () => {
  holds(yaohua, yaohuaExamples, { writes });

  describe("whose digits are set to come reversed", () => {
    const known: readonly Example[] = [
      ["=0003.000", { kind: "weight", weight: "0.3000", unit: "kg" }],
      ["=00521000", { kind: "weight", weight: "12500", unit: "kg" }],
      ["=-0001.00", { kind: "rejected", reason: "malformed" }],
    ];
    holds(
      yaohua,
      { known, variants: [], settings: { digits: "reversed", unit: "kg" } },
      { writes: ({ weight }) => ({ kind: "weight", weight, unit: "kg" }) },
    );
  });
});
