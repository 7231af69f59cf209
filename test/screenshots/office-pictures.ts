import type { Page } from "playwright-core";
import { addPeople } from "./people.ts";
import type { Picture } from "./pictures.ts";

const admin = { role: "admin" } as const;

/** Waits until everything that was asked for has come. */
async function settled(page: Page): Promise<void> {
  await page.locator("h1").waitFor();
  await page.waitForFunction(() => document.querySelector('main [aria-busy="true"], main .loading') === null);
}

/** Pictures of the office's pages. */
export const officePictures: readonly Picture[] = [
  { name: "jobs", visit: { ...admin, path: "/jobs" }, prepare: settled },
  { name: "job", visit: { ...admin, path: "/jobs/2" }, prepare: settled },
  { name: "job-dark", visit: { ...admin, path: "/jobs/2", theme: "dark" }, only: "desk", prepare: settled },
  { name: "bags", visit: { ...admin, path: "/bags" }, prepare: settled },
  {
    name: "bags-dark",
    visit: { ...admin, path: "/bags?station=Station+2", theme: "dark", locale: "es-MX" },
    only: "desk",
    prepare: async (page) => {
      await settled(page);
      await page.getByLabel("Seleccionar todo lo que se ve").check();
    },
  },
  { name: "report", visit: { ...admin, path: "/reports?period=day" }, prepare: settled },
  { name: "stations", visit: { ...admin, path: "/wall" }, only: "wall", prepare: settled },
  {
    name: "scales",
    visit: { ...admin, path: "/scales" },
    prepare: async (page, plant) => {
      const names = { 1: "Filler 1", 2: "Filler 2", 3: "Silo filler" };
      for (const [id, name] of Object.entries(names)) {
        await plant.appliance.api(`/api/scales/${id}`, { method: "PATCH", body: { name } });
      }
      await page.reload();
      await settled(page);
    },
  },
  {
    name: "scales-raw-lines",
    visit: { ...admin, path: "/scales?lines=9" },
    only: "desk",
    prepare: async (page, plant) => {
      const dialog = page.getByRole("dialog");
      await dialog.getByText("Nothing received yet.").waitFor();
      const line = await plant.scale(9);
      await line.send("G   50.85 lb\r\n9,50.85\r\n9;50.85 lb\r\n9,50.85 M lb\r\n9,50.85 lb\r\n");
      await dialog.getByText("Bag of 50.85").waitFor();
    },
  },
  { name: "attention", visit: { ...admin, path: "/attention" }, prepare: settled },
  {
    name: "people",
    visit: { ...admin, path: "/people" },
    only: "desk",
    prepare: async (page, plant) => {
      await addPeople(plant);
      await page.reload();
      await settled(page);
    },
  },
  {
    name: "attention-dark",
    visit: { ...admin, path: "/attention", theme: "dark", locale: "es-MX" },
    only: "phone",
    prepare: settled,
  },
];
