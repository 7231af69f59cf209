import { describe } from "bun:test";
import type { Shown } from "../../../src/indicators/dialect.ts";
import { toledo8217 } from "../../../src/indicators/dialects/toledo-8217.ts";
import { toledo8217Examples } from "../examples/toledo-8217.ts";
import type { Expected } from "../examples.ts";
import { holds } from "../holds.ts";

function writes({ weight, mode: shown, stable }: Shown): Expected {
  const mode = shown === "net" ? shown : null;
  if (weight.startsWith("-")) return { kind: "underload", mode };
  return stable ? { kind: "weight", weight, unit: "lb", mode, stable } : { kind: "motion", mode, stable };
}

describe("Toledo 8217", () => {
  holds(toledo8217, toledo8217Examples, { writes });

  describe("of a source whose unit is set", () => {
    holds(
      toledo8217,
      {
        known: [["\x02012.34\r", { kind: "weight", weight: "12.34", unit: "kg", stable: true }]],
        variants: [["\x0200.1250\r", { kind: "weight", weight: "0.1250", unit: "kg", stable: true }]],
        settings: { unit: "kg" },
      },
      {
        writes: (shown) => {
          const said = writes(shown);
          return said.kind === "weight" ? { ...said, unit: "kg" } : said;
        },
      },
    );
  });
});
