import { expect } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { type CuttableLine, openLine } from "../../delivery/cuttable-line.ts";
import { type Appliance, startAppliance } from "../../support/appliance.ts";
import {
  axeFindingsInBothThemes,
  launchBrowser,
  type Visit,
  type VisitOptions,
  visit,
} from "../../support/browser.ts";
import { startJob } from "../../support/outside.ts";
import { testDatabase } from "../../support/postgres.ts";
import { connectScale, type ScaleLine } from "../../support/scale-line.ts";
import { tempFolder } from "../../support/temp-folder.ts";

/** A plant's floor: the real appliance, a real PostgreSQL behind a line that can be cut, a browser, and many stations. */
export interface Floor extends AsyncDisposable {
  readonly appliance: Appliance;
  readonly browser: Browser;
  /** Between the appliance and PostgreSQL. */
  readonly databaseLine: CuttableLine;
  /** One that no test has had yet, with one scale, which is not connected. */
  station(): Station;
}

export interface Station {
  readonly name: string;
  readonly scale: number;
  /** Connects its scale; the line stays open until it is disposed of. */
  connect(): Promise<ScaleLine>;
  /** 100 bags of 50 lb ±10 %, unless told otherwise. */
  job(changes?: Readonly<Record<string, unknown>>): Promise<{ readonly id: number }>;
  /** The board of this station, as an operator in English unless told otherwise. */
  open(options?: VisitOptions): Promise<Visit>;
}

const stationsMax = 40;

export async function startFloor(env: Readonly<Record<string, string>> = {}): Promise<Floor> {
  const stack = new AsyncDisposableStack();
  try {
    const browser = stack.adopt(await launchBrowser(), (launched) => launched.close());
    const folder = stack.use(tempFolder());
    const { url } = await testDatabase();
    const databaseLine = await openLine(url);
    stack.defer(() => databaseLine.stop());
    const appliance = stack.use(
      await startAppliance({
        dataDir: folder.path,
        databaseUrl: databaseLine.url,
        env: {
          PREPUFF_STATIONS: Array.from(
            { length: stationsMax },
            (_, index) => `${index + 1}:Line ${index + 1}`,
          ).join(),
          ...env,
        },
      }),
    );
    await appliance.ready();
    let given = 0;
    const owned = stack.move();
    return {
      appliance,
      browser,
      databaseLine,
      station() {
        const scale = ++given;
        if (scale > stationsMax) throw new Error("more stations are needed");
        const name = `Line ${scale}`;
        return {
          name,
          scale,
          connect: () => connectScale(appliance.scalePort),
          job: (changes = {}) =>
            startJob(appliance, {
              company: "Acme",
              station: name,
              quantity: 100,
              started_by: "Ann",
              ...changes,
            }),
          open: (options = {}) =>
            visit(browser, appliance, {
              role: "operator",
              path: `/?station=${encodeURIComponent(name)}`,
              ...options,
            }),
        };
      },
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** Waits until the page shows this text. */
export async function shows(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).first().waitFor();
}

/** Waits until this is what fills the screen. */
export async function fills(page: Page, face: string, ...texts: readonly (string | RegExp)[]): Promise<void> {
  let found = page.locator(`.face-${face}`);
  for (const text of texts) found = found.filter({ hasText: text });
  try {
    await found.waitFor();
  } catch (error) {
    const there = await page.locator(".front").textContent();
    throw new Error(`the screen is filled by: ${there}`, { cause: error });
  }
}

/** axe finds nothing in either theme, and nothing was said on the console or stopped by the policy. */
export async function isSound({ page, faults }: Visit): Promise<void> {
  expect(await axeFindingsInBothThemes(page)).toEqual([]);
  expect(faults).toEqual([]);
}
