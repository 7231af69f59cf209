import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { openLine } from "../../delivery/cuttable-line.ts";
import { chromiumPath, sizes } from "../../support/browser.ts";
import { startFakeUpstream } from "../../support/fake-upstream.ts";
import { until } from "../../support/until.ts";
import { type Floor, fills, isSound, type Station, shows, startFloor } from "./floor.ts";

let floor: Floor;
const upstream = startFakeUpstream();

describe.skipIf(chromiumPath === null)("the board's line to the appliance", () => {
  beforeAll(async () => {
    floor = await startFloor({
      PREPUFF_UPSTREAM_URL: upstream.url,
      PREPUFF_UPSTREAM_TOKEN: "token-of-the-web-application",
    });
  });
  afterAll(async () => {
    await floor?.[Symbol.asyncDispose]();
    await upstream.stop();
  });

  // A test that failed half-way must not take the others with it.
  afterEach(() => floor.databaseLine.mend());

  /** Some seconds after an outage that another test made, the database may count as away once more for a moment. */
  async function startJob(station: Station): Promise<void> {
    await until("a job can be started", () =>
      station.job().then(
        () => true,
        () => false,
      ),
    );
  }

  /** By a timer beside the page's own: what holds up the one on a busy machine holds up the other. */
  function isCoveredWithin(page: Page, ms: number): Promise<boolean> {
    return page.evaluate(
      (limit) =>
        new Promise<boolean>((resolve) => {
          setTimeout(() => resolve(false), limit);
          new MutationObserver(() => {
            if (document.querySelector("dialog.lost") !== null) resolve(true);
          }).observe(document.body, { childList: true, subtree: true });
        }),
      ms,
    );
  }

  /** A station whose board stands behind a line of its own. */
  async function behindLine() {
    const station = floor.station();
    await startJob(station);
    const scale = await station.connect();
    const line = await openLine(await floor.appliance.origin());
    const reader = await station.open({ origin: new URL(line.url).origin });
    await scale.send(`${station.scale},50.01 lb\r\n`);
    await fills(reader.page, "in", "50.01");
    return {
      ...reader,
      print: (...weights: readonly string[]) =>
        scale.send(weights.map((weight) => `${station.scale},${weight} lb\r\n`).join("")),
      line,
      cover: reader.page.getByRole("alertdialog", { name: "No connection" }),
      shownWeights: () => reader.page.locator(".last-bags .chip-weight").allTextContents(),
      async [Symbol.asyncDispose]() {
        await reader[Symbol.asyncDispose]();
        scale[Symbol.dispose]();
        line.stop();
      },
    };
  }

  test.each(["freeze", "cut"] as const)(
    "when lost (%s) covers everything within 5 s, and comes back with every bag",
    async (how) => {
      await using board = await behindLine();
      const { page, line, cover } = board;
      const isInTime = isCoveredWithin(page, 5_000);
      line[how]();
      expect(await isInTime).toBe(true);
      await cover.waitFor();
      await shows(page, /This screen is \d+ seconds behind/);
      const covered = await cover.boundingBox();
      expect(covered).toEqual({ x: 0, y: 0, ...sizes.desk });
      await isSound({ ...board, faults: [] });
      // Nothing below it can be used, and it is not closed by hand.
      await page.keyboard.press("Escape");
      expect(await cover.isVisible()).toBe(true);
      await board.print("50.02", "50.03");
      line.mend();
      // The browser may hold dead connections of before, and tries one after the other.
      await cover.waitFor({ state: "detached", timeout: 30_000 });
      await fills(page, "in", "50.03", "Bag 3");
      await board.print("50.04");
      await fills(page, "in", "50.04", "Bag 4");
      expect(await board.shownWeights()).toEqual(["50.04", "50.03", "50.02", "50.01"]);
    },
  );

  test("when lost while a dialog is open keeps what was typed", async () => {
    await using board = await behindLine();
    const { page, line, cover } = board;
    await page.getByRole("button", { name: "Enter weight" }).click();
    const weight = page.getByRole("dialog", { name: "Enter weight" }).getByLabel("Weight");
    await weight.fill("49.9");
    line.cut();
    await cover.waitFor();
    line.mend();
    await cover.waitFor({ state: "detached" });
    expect(await weight.inputValue()).toBe("49.9");
    await page.getByRole("button", { name: "Save" }).click();
    await fills(page, "in", "49.9", "entered by hand");
  });

  test("comes back by itself when the tablet slept, with every bag", async () => {
    await using board = await behindLine();
    const { page, context, line } = board;
    const device = await context.newCDPSession(page);
    await device.send("Page.setWebLifecycleState", { state: "frozen" });
    line.cut();
    await board.print("50.02", "50.03", "50.04");
    await Bun.sleep(1_000);
    line.mend();
    await device.send("Page.setWebLifecycleState", { state: "active" });
    await fills(page, "in", "50.04", "Bag 4");
    expect(await board.shownWeights()).toEqual(["50.04", "50.03", "50.02", "50.01"]);
  });

  test("while the database is away shows weights that are kept, and their verdicts when it is back", async () => {
    const station = floor.station();
    await startJob(station);
    using scale = await station.connect();
    await using reader = await station.open();
    const { page } = reader;
    await scale.send(`${station.scale},50.10 lb\r\n`);
    await fills(page, "in", "50.10");
    floor.databaseLine.cut();
    await shows(page, "The database is not reachable");
    await scale.send(`${station.scale},61.00 lb\r\n`);
    await fills(
      page,
      "over",
      "61.00",
      "Too heavy",
      "Not in the database yet",
      "The weight is safe on the appliance. Go on weighing.",
    );
    await shows(page, "1 weight is stored here and judged later.");
    await isSound(reader);
    // Also for who comes only now, in the other language.
    await using late = await station.open({ locale: "es", role: "viewer" });
    await shows(late.page, "La base de datos no responde");
    // With a verdict where the appliance had read the job before; it is not read again for who comes now.
    await late.page.locator(".face").filter({ hasText: "61,00" }).waitFor();
    await scale.send(`${station.scale},62.00 lb\r\n`);
    await late.page.locator(".face").filter({ hasText: "62,00" }).waitFor();
    await shows(late.page, "El peso está a salvo en el equipo. Siga pesando.");
    // What needs the database says so, and loses nothing that was typed.
    await page.getByRole("button", { name: "Complete job" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Complete job" }).click();
    await dialog.getByText("The database is not reachable. Nothing was changed.").waitFor();
    await page.keyboard.press("Escape");
    floor.databaseLine.mend();
    await fills(page, "over", "62.00", "Bag 3");
    await fills(late.page, "over", "62,00", "Bolsa 3");
    await page.getByText("The database is not reachable").first().waitFor({ state: "detached" });
    expect(await page.locator(".last-bags .chip-weight").allTextContents()).toEqual([
      "62.00",
      "61.00",
      "50.10",
    ]);
    expect([...reader.faults, ...late.faults]).toEqual([]);
  }, 90_000);

  test("an answer that comes late does not take back a job that was told of meanwhile", async () => {
    const station = floor.station();
    using scale = await station.connect();
    await using reader = await station.open();
    const { page } = reader;
    await scale.send(`${station.scale},50.10 lb\r\n`);
    await fills(page, "noJob", "50.10");
    const asked = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    await page.route("**/api/stations", async (route) => {
      const response = await route.fetch();
      asked.resolve();
      await held.promise;
      await route.fulfill({ response });
    });
    // So that the last bag is known from the held answer alone, and shows that it has come.
    await page.route("**/api/bags?*", (route) => route.fulfill({ json: { items: [], next: null } }));
    await page.reload();
    await asked.promise;
    await startJob(station);
    await shows(page, "Bag 0 of 100");
    held.resolve();
    await fills(page, "noJob", "50.10");
    expect(await page.getByRole("button", { name: "Complete job" }).count()).toBe(1);
  });

  test("an answer of before, given as the database said nothing just then, is asked for again", async () => {
    const station = floor.station();
    await startJob(station);
    await using reader = await station.open();
    const { page } = reader;
    await shows(page, "Bag 0 of 100");
    let answers = 0;
    await page.route("**/api/stations", (route) =>
      ++answers > 1
        ? route.continue()
        : route.fulfill({ json: { items: [], as_of: "2025-06-01T08:00:00Z" } }),
    );
    await page.reload();
    await shows(page, "Bag 0 of 100");
    expect(answers).toBeGreaterThan(1);
  });

  test("while the upstream is away says that bags are stored and sent later", async () => {
    const station = floor.station();
    await startJob(station);
    using scale = await station.connect();
    await using reader = await station.open();
    await upstream.stop();
    for (const weight of ["50.1", "50.2", "50.3", "50.4", "50.5", "50.6"]) {
      await scale.send(`${station.scale},${weight} lb\r\n`);
    }
    await fills(reader.page, "in", "50.6");
    await shows(reader.page, "Forwarding is paused");
    await isSound(reader);
    upstream.restart();
    await until(
      "forwarding goes on",
      async () => (await reader.page.getByText("Forwarding is paused").count()) === 0,
      60_000,
    );
    expect(reader.faults).toEqual([]);
  }, 90_000);

  test("when lost covers the office's pages too", async () => {
    const line = await openLine(await floor.appliance.origin());
    await using reader = await floor.station().open({ origin: new URL(line.url).origin, path: "/jobs" });
    await reader.page.getByRole("link", { name: "Bags", exact: true }).waitFor();
    line.cut();
    const cover = reader.page.getByRole("alertdialog", { name: "No connection" });
    await cover.waitFor();
    line.mend();
    await cover.waitFor({ state: "detached" });
    line.stop();
  });
});
