import { expect, test } from "bun:test";
import { canMakeNamespaces, startScales } from "../../support/dead-link.ts";
import { until } from "../../support/until.ts";

test.skipIf(!canMakeNamespaces())(
  "a scale that vanished without a word is no longer shown as connected within 60 s",
  async () => {
    await using scales = await startScales(2);
    scales.connect(0);
    scales.connect(1);
    await until("both are connected", () => [0, 1].every((index) => scales.seen(index).connectedAt !== null));
    scales.cut(0);
    await until("the loss is seen", () => scales.seen(0).disconnectedAt !== null, 60_000);
    expect(scales.seen(1).disconnectedAt).toBeNull();
  },
  90_000,
);
