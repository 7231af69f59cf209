import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chromiumPath } from "../../support/browser.ts";
import { listBags } from "../../support/outside.ts";
import { until } from "../../support/until.ts";
import { type Floor, fills, isSound, type Station, shows, startFloor } from "./floor.ts";

let floor: Floor;

/** A station whose scale is checked by 50 lb at 0.02 lb, and has printed. */
async function checkedStation(changes: object = {}): Promise<Station> {
  const station = floor.station();
  const body = {
    division: "0.02",
    class: "hb44-iii",
    weights: [{ name: "50 lb", weight: "50" }],
    ...changes,
  };
  const answer = await floor.appliance.api(`/api/scales/${station.scale}/checking`, { method: "PUT", body });
  expect(answer.status).toBe(200);
  return station;
}

describe.skipIf(chromiumPath === null)("an operator checks a scale", () => {
  beforeAll(async () => {
    floor = await startFloor();
  });
  afterAll(() => floor?.[Symbol.asyncDispose]());

  test("puts the weight on, prints, and sees pass with the figures; the screen beside it too", async () => {
    const station = await checkedStation();
    await station.job();
    using line = await station.connect();
    await using reader = await station.open();
    await using other = await station.open({ role: "viewer" });
    const { page } = reader;
    await line.send(`${station.scale},49.90 lb\r\n`);
    await fills(page, "in", "49.90");
    await page.getByRole("button", { name: "Check scale" }).click();
    const dialog = page.getByRole("dialog", { name: "Check scale" });
    await isSound(reader);
    await dialog.getByRole("button", { name: "50\u00a0lb" }).click();
    await fills(
      page,
      "check",
      `Put 50\u00a0lb on Scale ${station.scale} and press print`,
      "The next print is no bag.",
    );
    await fills(other.page, "check", `Put 50\u00a0lb on Scale ${station.scale}`);
    await isSound(reader);
    await line.send(`${station.scale},50.02 lb\r\n`);
    for (const screen of [page, other.page]) {
      await fills(screen, "check", "Pass", "50.02\u00a0lb", "+0.02\u00a0lb", "±0.06\u00a0lb");
    }
    await isSound(reader);
    await shows(page, "Bag 1 of 100");
    // The next bag takes its place.
    await line.send(`${station.scale},50.10 lb\r\n`);
    await fills(page, "in", "50.10");
    await shows(page, "Bag 2 of 100");
    expect(reader.faults).toEqual([]);
  });

  test("is told that the scale failed, what to do, and that it stands until a check passes", async () => {
    const station = await checkedStation();
    using line = await station.connect();
    await using reader = await station.open();
    const { page } = reader;
    await line.send(`${station.scale},49.90 lb\r\n`);
    await fills(page, "noJob", "49.90");
    await page.getByRole("button", { name: "Check scale" }).click();
    await page.getByRole("button", { name: "50\u00a0lb" }).click();
    await shows(page, "The next print is no bag.");
    await line.send(`${station.scale},50.08 lb\r\n`);
    await fills(page, "check", "Fail", "+0.08\u00a0lb", "±0.06\u00a0lb", "Clean the scale");
    await shows(page, `Scale ${station.scale} failed its check`);
    await isSound(reader);
    await page.getByRole("button", { name: "Check again" }).click();
    await shows(page, "The next print is no bag.");
    await line.send(`${station.scale},50.00 lb\r\n`);
    await fills(page, "check", "Pass");
    await page.getByText(`Scale ${station.scale} failed its check`).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Done" }).click();
    await fills(page, "noJob", "49.90");
  });

  test("calls the check off: the next print is a bag", async () => {
    const station = await checkedStation({
      weights: [
        { name: "50 lb", weight: "50" },
        { name: "M1", weight: "20", unit: "kg" },
      ],
    });
    using line = await station.connect();
    await using reader = await station.open({ locale: "es" });
    const { page } = reader;
    await page.getByRole("button", { name: "Verificar báscula" }).click();
    await page.getByRole("button", { name: "M1 (20\u00a0kg)" }).click();
    await fills(page, "check", "Ponga 20\u00a0kg en");
    await isSound(reader);
    await page.getByRole("button", { name: "Anular la verificación" }).click();
    await page.locator(".face-check").waitFor({ state: "detached" });
    await line.send(`${station.scale},49.90 lb\r\n`);
    await fills(page, "noJob", "49,90");
    await until(
      "it is a bag",
      async () => (await listBags(floor.appliance, `&scale=${station.scale}`)).length === 1,
    );
  });

  test("weighs one load ten times, and is told how far it spreads", async () => {
    const station = await checkedStation();
    using line = await station.connect();
    await using reader = await station.open();
    const { page } = reader;
    await page.getByRole("button", { name: "Check scale" }).click();
    await page.getByRole("button", { name: "One load, ten times" }).click();
    await fills(page, "check", "Print 1 of 10");
    await line.send(`${station.scale},50.00 lb\r\n`);
    await fills(page, "check", "Print 2 of 10");
    await line.send(`${station.scale},50.02 lb\r\n`.repeat(9));
    await fills(page, "check", "Pass", "Spread (2 s)", "0.05\u00a0lb");
    await isSound(reader);
  });

  test("prints while the database is away, and has the result when it is back", async () => {
    const station = await checkedStation();
    using line = await station.connect();
    await using reader = await station.open();
    const { page } = reader;
    await page.getByRole("button", { name: "Check scale" }).click();
    await page.getByRole("button", { name: "50\u00a0lb" }).click();
    await shows(page, "The next print is no bag.");
    floor.databaseLine.cut();
    try {
      await shows(page, "The database is not reachable");
      await line.send(`${station.scale},50.02 lb\r\n`);
      await fills(page, "check", "The print is stored", "50.02\u00a0lb");
      await isSound(reader);
    } finally {
      floor.databaseLine.mend();
    }
    await fills(page, "check", "Pass", "+0.02\u00a0lb");
  });
});
