// Takes pictures of the pages, from a real appliance with some history, into docs/images.
import { join } from "node:path";
import UPNG from "@pdf-lib/upng";
import { startPlant } from "../board/office/plant.ts";
import { openLine } from "../delivery/cuttable-line.ts";
import { launchBrowser, type sizes, visit } from "../support/browser.ts";
import { endTestDatabases } from "../support/postgres.ts";
import { officePictures } from "./office-pictures.ts";
import { pictures } from "./pictures.ts";

const folder = join(import.meta.dir, "../../docs/images");
/** Flat colors and text: as good to the eye, and a third of the size. */
const colors = 64;
/** Names of pictures; none: all of them. */
const wanted = process.argv.slice(2);
const allSizes = ["wall", "desk", "phone"] as const satisfies readonly (keyof typeof sizes)[];

const plant = await startPlant();
// As if its bags had been weighed over the last hour.
await plant.sql`
  update filler_bag
  set weighed_at = now() - (120 - bag_num) * interval '28 seconds'
  where prepuff_job_id = ${plant.running}`;
await plant.sql`update prepuff_job set started_at = now() - interval '58 minutes' where id = ${plant.running}`;
const line = await openLine(await plant.appliance.origin());
const { origin } = new URL(line.url);
const browser = await launchBrowser();
for (const { name, only, visit: options, prepare } of [...officePictures, ...pictures]) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const size of only === undefined ? allSizes : [only]) {
    await using reader = await visit(browser, plant.appliance, { ...options, size, origin });
    await prepare(reader.page, plant, line);
    const png = await reader.page.screenshot({ fullPage: false });
    const file = join(folder, `${name}${only === undefined ? `-${size}` : ""}.png`);
    await Bun.write(file, small(png));
    process.stdout.write(`${file}: ${Math.round(Bun.file(file).size / 1000)} kB\n`);
  }
}
await browser.close();
line.stop();
await plant[Symbol.asyncDispose]();
await endTestDatabases();

function small(png: Uint8Array): ArrayBuffer {
  const image = UPNG.decode(Uint8Array.from(png).buffer);
  return UPNG.encode(UPNG.toRGBA8(image), image.width, image.height, colors);
}
