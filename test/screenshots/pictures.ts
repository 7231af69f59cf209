import type { Page } from "playwright-core";
import type { Plant } from "../board/office/plant.ts";
import type { CuttableLine } from "../delivery/cuttable-line.ts";
import type { VisitOptions } from "../support/browser.ts";
import { pairingCode } from "../support/pairing.ts";
import { addPeople } from "./people.ts";

/** One page in one state. */
export interface Picture {
  /** The file is `docs/images/NAME-SIZE.png`, with one size only `NAME.png`. */
  readonly name: string;
  readonly visit: VisitOptions;
  /** Left out: all three. */
  readonly only?: NonNullable<VisitOptions["size"]>;
  /** Brings the page into its state, and waits until it is there. */
  readonly prepare: (page: Page, plant: Plant, line: CuttableLine) => Promise<void>;
}

const station = { role: "operator", path: "/?station=Station%201" } as const;

function prints(frame: string, face: string): (page: Page, plant: Plant) => Promise<void> {
  return async (page, plant) => {
    await (await plant.scale(Number(frame.split(",")[0]))).send(`${frame}\r\n`);
    await page.locator(`.face-${face}`).waitFor();
    // The job's figures follow a moment later, at a bounded rate.
    await page.waitForTimeout(1_500);
  };
}

/** The pictures, in the order in which they are taken: the last ones change what the plant looks like. */
export const pictures: readonly Picture[] = [
  { name: "board", visit: station, prepare: prints("1,50.20 lb", "in") },
  {
    name: "board-dark",
    visit: { ...station, theme: "dark" },
    only: "desk",
    prepare: prints("1,49.85 lb", "in"),
  },
  { name: "board-too-light", visit: station, only: "desk", prepare: prints("1,44.30 lb", "under") },
  {
    name: "board-too-heavy",
    visit: { ...station, locale: "es-MX" },
    only: "desk",
    prepare: prints("2,56.15 lb", "over"),
  },
  { name: "board-not-taken", visit: station, only: "desk", prepare: prints("1,50.20 lb M", "notTaken") },
  {
    name: "board-no-job",
    visit: { role: "operator", path: "/?station=Station%202" },
    only: "desk",
    prepare: prints("3,49.40 lb", "noJob"),
  },
  {
    name: "board-start-job",
    visit: { role: "operator", path: "/?station=Station%202" },
    only: "phone",
    prepare: async (page) => {
      await page.getByRole("button", { name: "Start job" }).click();
      await page.getByRole("button", { name: "Acme Foam Works" }).click();
      await page.getByLabel("Target weight").fill("50");
      await page.getByLabel("Bags", { exact: true }).fill("120");
      await page.getByLabel("Started by").fill("Ann");
    },
  },
  {
    name: "board-job-complete",
    visit: { role: "operator", path: "/?station=Station%202" },
    only: "desk",
    prepare: async (page, plant) => {
      const station = "Station 2";
      const jobs = "/api/jobs";
      const post = (path: string, body: object) =>
        plant.appliance.api(path, { method: "POST", body: { ...body } });
      await post("/api/products", { name: "EPS 15 tiles", target_weight: "50", quantity: 80 });
      await post(jobs, { company: "Nordic Packaging AB", station, target_weight: "50", quantity: 1 });
      const planned = {
        company: "Acme Foam Works",
        station,
        target_weight: "45",
        quantity: 60,
        lot: "R-2291",
      };
      await post(jobs, { ...planned, status: "planned" });
      await prints("3,50.35 lb", "complete")(page, plant);
      await page.getByRole("button", { name: /^Start next/ }).waitFor();
    },
  },
  {
    name: "board-pin",
    visit: { path: "/pair" },
    only: "desk",
    prepare: async (page, plant) => {
      await addPeople(plant);
      const device = { name: "line 1 tablet", station: "Station 1" };
      await page.getByLabel("Code").fill(await pairingCode(plant.appliance, device));
      await page.getByRole("button", { name: "Pair this device" }).click();
      await page.getByRole("button", { name: "Who is it?" }).click();
      await page.getByRole("button", { name: "Maria" }).click();
      for (const digit of ["4", "7", "1"])
        await page.getByRole("button", { name: digit, exact: true }).click();
    },
  },
  {
    name: "board-check-scale",
    visit: station,
    only: "desk",
    prepare: async (page, plant) => {
      const body = { division: "0.02", class: "hb44-iii", weights: [{ name: "50 lb", weight: "50" }] };
      await plant.appliance.api("/api/scales/1/checking", { method: "PUT", body });
      await plant.appliance.api("/api/scales/1/checks", { method: "POST", body: {} });
      await page.locator(".face-check").waitFor();
      await prints("1,50.02 lb", "check")(page, plant);
      await page.getByText("Pass", { exact: true }).waitFor();
    },
  },
  {
    name: "sign-in",
    visit: { path: "/sign-in" },
    only: "phone",
    prepare: async (page) => page.getByLabel("Token").waitFor(),
  },
  {
    name: "board-no-connection",
    visit: station,
    only: "desk",
    prepare: async (page, _, line) => {
      await page.locator(".scale-chip-on").first().waitFor();
      line.cut();
      await page.getByRole("alertdialog").waitFor();
    },
  },
];
