import { expect, test } from "bun:test";
import fc from "fast-check";
import { openFilesLimit, shareDescriptors } from "../../../src/scale/port/descriptors.ts";

test("with 256 files 140 of the configured 1,024 connections are kept", () => {
  expect(shareDescriptors(1_024, 256)).toEqual({ places: 140, spare: 20, openFilesMax: 256 });
});

test("with enough files, or where nobody knows, it is as configured", () => {
  expect(shareDescriptors(1_024, 20_000).places).toBe(1_024);
  expect(shareDescriptors(1_024, null).places).toBe(1_024);
});

test("whatever the numbers, at least 96 files are left to the rest, where there are so many", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      fc.integer({ min: 99, max: 200_000 }),
      (wanted, files) => {
        const { places, spare } = shareDescriptors(wanted, files);
        expect(places).toBeGreaterThan(0);
        expect(places).toBeLessThanOrEqual(wanted);
        expect(spare).toBeGreaterThan(0);
        expect(places + spare).toBeLessThanOrEqual(files - 96);
      },
    ),
  );
});

test.skipIf(process.platform !== "linux")("the process's own limit is read", () => {
  const { stdout } = Bun.spawnSync(["sh", "-c", "ulimit -n"]);
  expect(openFilesLimit()).toBe(Number(stdout.toString()));
});
