import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { answerFigures, chromiumPath } from "../../support/browser.ts";
import { until } from "../../support/until.ts";
import { type Floor, fills, isSound, shows, startFloor } from "./floor.ts";

let floor: Floor;

describe.skipIf(chromiumPath === null)("the operator's board", () => {
  beforeAll(async () => {
    floor = await startFloor({ PREPUFF_SILENT_AFTER_S: "3" });
  });
  afterAll(() => floor?.[Symbol.asyncDispose]());

  const verdicts = [
    { frame: "45.00 lb", face: "in", weight: "45.00", en: "In tolerance", es: "En tolerancia" },
    { frame: "44.99 lb", face: "under", weight: "44.99", en: "Too light", es: "Pesa de menos" },
    { frame: "55.01 lb", face: "over", weight: "55.01", en: "Too heavy", es: "Pesa de más" },
  ] as const;

  test.each([
    { locale: "en-US", language: "en" },
    { locale: "es-MX", language: "es" },
  ] as const)(
    "fills the screen with the last weight and its verdict by color, word and shape: $locale",
    async ({ locale, language }) => {
      const station = floor.station();
      await station.job();
      using scale = await station.connect();
      await using reader = await station.open({ locale, size: "wall" });
      const { page } = reader;
      expect(await page.locator("html").getAttribute("lang")).toBe(language);
      const colors = new Set<string>();
      const shapes = new Set<string | null>();
      for (const verdict of verdicts) {
        await scale.send(`${station.scale},${verdict.frame}\r\n`);
        await fills(page, verdict.face, verdict.weight, verdict[language]);
        const face = page.locator(".face");
        colors.add(await face.evaluate((element) => getComputedStyle(element).backgroundColor));
        shapes.add(await face.locator("svg path").getAttribute("d"));
        // What is read out says the same.
        const spoken = page.getByRole("status").filter({ hasText: verdict[language] });
        expect(await spoken.textContent()).toContain(verdict.weight);
        await isSound(reader);
      }
      expect(colors.size).toBe(3);
      expect(shapes.size).toBe(3);
      // From three metres: digits of at least 30 % of the screen's height.
      const size = await page
        .locator(".face-weight")
        .evaluate((element) => getComputedStyle(element).fontSize);
      expect(Number.parseFloat(size)).toBeGreaterThanOrEqual(1080 * 0.3);
    },
  );

  test("asks again for figures that are behind the job's bags", async () => {
    const station = floor.station();
    const { id } = await station.job();
    using scale = await station.connect();
    await using reader = await station.open();
    await shows(reader.page, "Bag 0 of 100");
    const figures = await floor.appliance.api(`/api/jobs/${id}/statistics`);
    await answerFigures(reader.page, Object(await figures.json()), 2);
    await scale.send(`${station.scale},51.00 lb\r\n`);
    await shows(reader.page, "100.0%");
  });

  test("says how far the job is, how good it is, and when it will be done", async () => {
    const station = floor.station();
    await station.job({ quantity: 12, company: "Shelter" });
    using scale = await station.connect();
    await using reader = await station.open();
    const { page } = reader;
    await shows(page, "Bag 0 of 12");
    await shows(page, "No estimate yet");
    for (const weight of ["50.00", "51.00", "52.00", "57.00", "40.00", "50.00", "49.00", "51.00"]) {
      await scale.send(`${station.scale},${weight} lb\r\n`);
      await Bun.sleep(40);
    }
    await shows(page, "Bag 8 of 12");
    await shows(page, "4 left");
    await shows(page, "50.00\u00a0lb ±10%");
    await shows(page, /50\.00\slb/);
    await shows(page, "75.0%");
    await shows(page, "▼ 1 ▲ 1");
    await shows(page, /Done about \d+:\d\d/);
    expect(await page.locator(".last-bags .chip-number").allTextContents()).toEqual([
      "8",
      "7",
      "6",
      "5",
      "4",
      "3",
      "2",
      "1",
    ]);
    expect(await page.getByRole("img").getAttribute("aria-label")).toBe(
      "Run chart of the last 8 bags, 40.00 lb to 57.00 lb; target 50.00 lb, limits 45.00 lb and 55.00 lb.",
    );
    for (let bag = 9; bag <= 12; bag++) await scale.send(`${station.scale},50.0${bag % 10} lb\r\n`);
    await shows(page, "✓ Job complete");
    await page.getByRole("button", { name: "Start job" }).waitFor();
    await until(
      "the last ten bags are shown",
      async () => (await page.locator(".last-bags li").count()) === 10,
    );
    await isSound(reader);
    // The bag after that belongs to no job.
    await scale.send(`${station.scale},50.50 lb\r\n`);
    await fills(page, "noJob", "50.50", "The bag is stored. Start a job, then assign it.");
    await shows(page, "1 bag has no job");
    await isSound(reader);
  });

  test("says that no job runs, and who can start one", async () => {
    const station = floor.station();
    using _scale = await station.connect();
    await using operator = await station.open();
    await shows(operator.page, "No job runs here");
    await fills(operator.page, "kept", "Waiting for the first bag");
    await isSound(operator);
    await using viewer = await station.open({ role: "viewer", locale: "es" });
    await shows(viewer.page, "No hay trabajo en marcha");
    await shows(viewer.page, "Para iniciar uno, entre como operario.");
    await isSound(viewer);
  });

  test("says that no scale is connected, that one is, and that one has gone silent", async () => {
    const station = floor.station();
    await using reader = await station.open();
    const { page } = reader;
    await shows(page, "No scale is connected");
    await shows(page, `Scale ${station.scale}: not connected`);
    await isSound(reader);
    using scale = await station.connect();
    await scale.send(`${station.scale},50.00 lb\r\n`);
    await shows(page, `Scale ${station.scale}: connected`);
    await page.getByText("No scale is connected").waitFor({ state: "detached" });
    await station.job();
    await shows(page, `Scale ${station.scale}: silent`);
    await shows(page, /has printed nothing for \d+ seconds/);
    await isSound(reader);
    await scale.send(`${station.scale},50.10 lb\r\n`);
    await page.getByText(/has printed nothing/).waitFor({ state: "detached" });
  });

  test("with ten scales the line at the top says how they are in all, and how each is when asked", async () => {
    const station = floor.station();
    using first = await station.connect();
    await first.send(`${station.scale},50.00 lb\r\n`);
    const others = Array.from({ length: 9 }, (_, index) => 100 * station.scale + index);
    {
      using line = await station.connect();
      await line.send(others.map((scale) => `${scale},50.00 lb\r\n`).join(""));
      for (const scale of others) {
        await until("its station is set", async () => {
          const path = `/api/scales/${scale}`;
          return (await floor.appliance.api(path, { method: "PATCH", body: { station: station.name } })).ok;
        });
      }
      for (const size of ["wall", "desk", "phone"] as const) {
        await using reader = await station.open({ size });
        const { page } = reader;
        const top = page.locator(".top");
        await top.getByRole("button", { name: "10 of 10 scales connected" }).waitFor();
        expect((await top.boundingBox())?.height).toBeLessThan({ phone: 180, wall: 80 }[String(size)] ?? 64);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
      }
    }
    await using reader = await station.open();
    const { page } = reader;
    await page.getByRole("button", { name: "1 of 10 scales connected" }).click();
    const dialog = page.getByRole("dialog", { name: "Scales of this station" });
    await dialog.getByText(`Scale ${station.scale}: connected`).waitFor();
    expect(await dialog.getByText(": not connected").count()).toBe(9);
    await isSound(reader);
    // Many that are silent are one notice.
    await station.job();
    using back = await station.connect();
    await back.send(others.map((scale) => `${scale},50.00 lb\r\n`).join(""));
    await page.keyboard.press("Escape");
    await shows(page, /^10 scales have printed nothing for \d+ seconds or longer/);
    await page.getByRole("button", { name: "10 of 10 scales connected, 10 silent" }).waitFor();
    await isSound(reader);
  });

  test("asks whether the same weight again was a second bag", async () => {
    const station = floor.station();
    await station.job();
    using scale = await station.connect();
    await using reader = await station.open();
    await scale.send(`${station.scale},50.20 lb\r\n${station.scale},50.20 lb\r\n`);
    await fills(reader.page, "in", "Repeat?", "If it was no second bag, void it.", "Bag 2");
    await isSound(reader);
  });

  test.each([
    ["50.00 lb M", "the scale was in motion", "la báscula estaba en movimiento"],
    ["----- lb", "the scale showed overload or no weight", "la báscula indicaba sobrecarga o ningún peso"],
    ["50.00 st", "the unit was not understood", "no se entendió la unidad"],
    ["0.00 lb", "the weight was zero or below", "el peso era cero o menor"],
    [
      "9999999 lb",
      "the weight or the scale's number cannot be right",
      "el peso o el número de báscula no puede ser",
    ],
  ])(
    "says in plain words why %p was not taken, in place of an older weight",
    async (print, english, spanish) => {
      const station = floor.station();
      await station.job();
      using scale = await station.connect();
      await scale.send(`${station.scale},51.00 lb\r\n`);
      await using reader = await station.open();
      await fills(reader.page, "in", "51.00");
      await scale.send(`${station.scale},${print}\r\n`);
      await fills(reader.page, "notTaken", "Not taken", english);
      await using other = await station.open({ locale: "es", role: "viewer" });
      await fills(other.page, "notTaken", "No registrada", spanish);
      await scale.send(`${station.scale},52.00 lb\r\n`);
      await fills(reader.page, "in", "52.00");
      await fills(other.page, "in", "52,00");
      expect([...reader.faults, ...other.faults]).toEqual([]);
    },
  );

  test("shows a print that was not taken so that axe finds nothing", async () => {
    const station = floor.station();
    await station.job();
    using scale = await station.connect();
    await scale.send(`${station.scale},51.00 lb\r\n`);
    await using reader = await station.open();
    await fills(reader.page, "in", "51.00");
    await scale.send(`${station.scale},51.00 lb M\r\n`);
    await fills(reader.page, "notTaken");
    await isSound(reader);
    // One that does not say which scale it is of belongs to the scale at its address.
    await scale.send("G  50.20 lb\r\n");
    await fills(reader.page, "notTaken", "the print was not understood");
  });

  test("shows weights in lb or kg as chosen, and numbers as the reader writes them", async () => {
    const station = floor.station();
    await station.job();
    using scale = await station.connect();
    await scale.send(`${station.scale},50.20 lb\r\n`);
    await using reader = await station.open({ locale: "es-ES" });
    const { page } = reader;
    await fills(page, "in", "50,20");
    await page.getByRole("button", { name: "Pantalla" }).click();
    await isSound(reader);
    await page.getByLabel("Pesos en").selectOption("kg");
    await page.getByLabel("Idioma").selectOption("en");
    await page.getByLabel("Colors").selectOption("dark");
    await page.keyboard.press("Escape");
    await fills(page, "in", "22.77", "kg", "In tolerance");
    await shows(page, "22.68\u00a0kg ±10%");
    await scale.send(`${station.scale},22.5 kg\r\n`);
    await fills(page, "in", "22.5kg");
    // Kept by the browser.
    await page.reload();
    await fills(page, "in", "22.5kg", "In tolerance");
    expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
    expect(reader.faults).toEqual([]);
  });

  test("asks once which station it is at, and an address can say it too", async () => {
    const station = floor.station();
    await using reader = await station.open({ path: "/" });
    const { page } = reader;
    await shows(page, "Which station is this screen at?");
    await isSound(reader);
    await page.getByRole("button", { name: new RegExp(`^${station.name}\\b`) }).click();
    await page.getByRole("button", { name: `${station.name}: choose another station` }).waitFor();
    await page.goto(`${new URL(page.url()).origin}/`);
    await page.getByRole("button", { name: `${station.name}: choose another station` }).click();
    await shows(page, "Which station is this screen at?");
    expect(reader.faults).toEqual([]);
  });

  test("stays whole with long names, huge numbers and heavy bags, at every size", async () => {
    const station = floor.station();
    await station.job({
      company: "Wärmedämmung & Polystyrol-Verarbeitungsgesellschaft Nordrhein-Westfalen "
        .repeat(2)
        .slice(0, 140),
      target_weight: "99999999.99",
      quantity: 1_000_000,
      tolerance_percent: "12.34",
    });
    using scale = await station.connect();
    await scale.send(`${station.scale},123456.7891 lb\r\n`);
    for (const size of ["wall", "desk", "phone"] as const) {
      await using reader = await station.open({ size, locale: "es-ES" });
      const { page } = reader;
      await fills(page, "under", "123.456,7891");
      const overflow = await page.evaluate(() => {
        const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
        const cut = [...document.querySelectorAll<HTMLElement>(".face, .chip, .job, .notice, .top, .button")]
          .filter((element) => element.scrollWidth > element.clientWidth + 1)
          .map((element) => element.className);
        return { across: scrollWidth > clientWidth, down: scrollHeight > clientHeight, cut };
      });
      expect(overflow).toEqual({ across: false, down: size === "phone", cut: [] });
    }
  });

  test("can be used with gloves: whatever is touched is 48 pixels high and wide", async () => {
    const station = floor.station();
    await station.job();
    using scale = await station.connect();
    await scale.send(`${station.scale},50.20 lb\r\n`);
    for (const size of ["desk", "phone"] as const) {
      await using reader = await station.open({ size });
      const { page } = reader;
      await fills(page, "in");
      const small = () =>
        page.evaluate(() =>
          [
            ...document.querySelectorAll<HTMLElement>("a:not(.skip), button, input, select, label.check"),
          ].flatMap((element) => {
            const { width, height } = element.getBoundingClientRect();
            const isInLabel = element.closest("label.check") !== null && element.tagName === "INPUT";
            return (width >= 48 && height >= 48) || isInLabel
              ? []
              : `${element.outerHTML} ${width}×${height}`;
          }),
        );
      expect(await small()).toEqual([]);
      for (const action of ["Void last bag", "Enter weight", "Complete job"]) {
        await page.getByRole("button", { name: action }).click();
        await page.getByRole("dialog").waitFor();
        expect(await small()).toEqual([]);
        await page.keyboard.press("Escape");
      }
    }
  });

  test("can be used with the keyboard: dialogs take the focus, keep it, and give it back", async () => {
    const station = floor.station();
    await using reader = await station.open();
    const { page } = reader;
    const start = page.getByRole("button", { name: "Start job" });
    await start.focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Start job" });
    await dialog.waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute("name"))).toBe("company");
    for (let press = 0; press < 12; press++) {
      await page.keyboard.press("Tab");
      // The browser's own line (the address bar) is the one way out.
      expect(
        await page.evaluate(
          () =>
            document.activeElement === document.body || document.activeElement?.closest("dialog") !== null,
        ),
      ).toBe(true);
    }
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await until("the focus is back", () =>
      page.evaluate(() => document.activeElement?.textContent === "Start job"),
    );
  });

  test("can be heard when a bag is out of tolerance, and not otherwise", async () => {
    const station = floor.station();
    await station.job();
    using scale = await station.connect();
    await using reader = await station.open();
    const { page } = reader;
    await page.evaluate(() => {
      const create = AudioContext.prototype.createOscillator;
      AudioContext.prototype.createOscillator = function (this: AudioContext) {
        document.body.dataset.tones = String(Number(document.body.dataset.tones ?? 0) + 1);
        return create.call(this);
      };
    });
    const tones = () => page.evaluate(() => Number(document.body.dataset.tones ?? 0));
    await scale.send(`${station.scale},60.00 lb\r\n`);
    await fills(page, "over");
    expect(await tones()).toBe(0);
    const button = page.getByRole("button", { name: "Sound out of tolerance" });
    await button.click();
    expect(await button.getAttribute("aria-pressed")).toBe("true");
    await scale.send(`${station.scale},50.00 lb\r\n`);
    await fills(page, "in");
    expect(await tones()).toBe(0);
    await scale.send(`${station.scale},61.00 lb\r\n`);
    await fills(page, "over", "61.00");
    await until("it sounds", async () => (await tones()) === 3);
    await isSound(reader);
  });
});
