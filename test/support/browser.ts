import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type axe from "axe-core";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type ConsoleMessage,
  chromium,
  type Page,
  type Route,
} from "playwright-core";
import type { Appliance } from "./appliance.ts";
import { roleTokens } from "./appliance.ts";
import { findTool } from "./tool.ts";

/** Null where this machine has none: `describe.skipIf(chromiumPath === null)`. The first one has no windows to prepare. */
export const chromiumPath = findTool(
  "chromium-headless-shell",
  "chromium",
  "chromium-browser",
  "google-chrome",
);

/** A list here takes the place of Playwright's own: its part that matters to these tests comes first. */
const featuresOff = [
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsUpgrades",
  "HttpsFirstBalancedModeAutoEnable",
  "MediaRouter",
  "OptimizationHints",
  "PaintHolding",
  "ThirdPartyStoragePartitioning",
  // Pages of the browser's own, made for each context though nobody sees them: half of what a context costs.
  "PreloadTopChromeWebUI",
  "WebUIOmniboxPopup",
  "WebUIOmniboxFullPopup",
  "WebUIOmniboxAimPopup",
  // A process for each site, and one more for the next: a third of what a visit costs.
  "IsolateOrigins",
  "site-per-process",
  "SpareRendererForSitePerProcess",
];

/** One for a test file; `visit` opens what a test needs in it. */
export function launchBrowser(): Promise<Browser> {
  if (chromiumPath === null) throw new Error("no browser is installed");
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--autoplay-policy=no-user-gesture-required",
      "--disable-site-isolation-trials",
      "--renderer-process-limit=1",
      `--disable-features=${featuresOff.join()}`,
    ],
  });
}

/** The sizes that the pages are made for. */
export const sizes = {
  wall: { width: 1920, height: 1080 },
  desk: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
} as const;

export interface VisitOptions {
  /** Signed in with this role's token; null or left out: not signed in. */
  readonly role?: "viewer" | "operator" | "admin" | null;
  /** Of the browser; `en-US` where nothing is said. */
  readonly locale?: string;
  readonly theme?: "light" | "dark";
  readonly size?: keyof typeof sizes;
  readonly path?: string;
  /** In place of the appliance's own address: a proxy's. */
  readonly origin?: string;
}

/** A reader at the board. */
export interface Visit extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page complained about: errors, and whatever the content security policy stopped. */
  readonly faults: readonly string[];
}

/** Contexts that a visit has left, with their page, by what they were made with: a new one costs over a second. */
const left = new WeakMap<Browser, Map<string, Page[]>>();

/** Opens the board as a reader would whose browser never was at it: signed out, with nothing kept. */
export async function visit(
  browser: Browser,
  appliance: Pick<Appliance, "origin">,
  options: VisitOptions = {},
): Promise<Visit> {
  const { role = null, locale = "en-US", theme = "light", size = "desk", path = "/" } = options;
  const origin = options.origin ?? (await appliance.origin());
  const settings = { locale, colorScheme: theme, viewport: sizes[size], hasTouch: size === "phone" };
  const ofBrowser = left.get(browser) ?? new Map<string, Page[]>();
  left.set(browser, ofBrowser);
  const key = JSON.stringify(settings);
  const alike = ofBrowser.get(key) ?? [];
  ofBrowser.set(key, alike);
  const page = alike.pop() ?? (await openPage(browser, settings));
  const context = page.context();
  const faults: string[] = [];
  const noteError = (error: Error) => faults.push(`error: ${error.message}`);
  const noteMessage = (message: ConsoleMessage) => {
    // An answer that is no 2xx is said here too; whether it may be is for the test to know.
    const isAnswer = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isAnswer) faults.push(`console: ${message.text()}`);
  };
  try {
    if (role !== null) await signIn(context, origin, roleTokens[role]);
    page.on("pageerror", noteError);
    page.on("console", noteMessage);
    await page.goto(origin + path);
  } catch (error) {
    await context.close();
    throw error;
  }
  return {
    page,
    context,
    faults,
    async [Symbol.asyncDispose]() {
      page.off("pageerror", noteError);
      page.off("console", noteMessage);
      try {
        await forget(page, settings);
        alike.push(page);
      } catch {
        // A page that is lost or closed, or answers no more.
        await context.close();
      }
    },
  };
}

type ContextSettings = Pick<BrowserContextOptions, "locale" | "hasTouch"> & {
  readonly colorScheme: "light" | "dark";
  readonly viewport: { readonly width: number; readonly height: number };
};

async function openPage(browser: Browser, settings: ContextSettings): Promise<Page> {
  const context = await browser.newContext({
    ...settings,
    timezoneId: "America/Chicago",
    reducedMotion: "reduce",
  });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    return page;
  } catch (error) {
    await context.close();
    throw error;
  }
}

/** Leaves the page, and nothing of the visit. */
async function forget(page: Page, { colorScheme, viewport }: ContextSettings): Promise<void> {
  const context = page.context();
  for (const other of context.pages()) if (other !== page) await other.close();
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await page.evaluate(() => localStorage.clear());
  await page.goto("about:blank", { timeout: 5_000 });
  await context.clearCookies();
  await page.emulateMedia({ colorScheme, media: null });
  await page.setViewportSize(viewport);
}

async function signIn(context: BrowserContext, origin: string, token: string): Promise<void> {
  const answer = await context.request.post(`${origin}/api/session`, {
    data: { token },
    headers: { origin },
  });
  if (!answer.ok()) throw new Error(`not signed in: ${answer.status()} ${await answer.text()}`);
}

/** What axe finds on the page as it is, by WCAG 2.2 AA and its best practices; empty is right. The page has no frames. */
export function axeFindings(page: Page): Promise<string[]> {
  return runAxe(page, {});
}

const colorRules = ["color-contrast", "link-in-text-block"];

/** The same in both themes. They differ in colors alone, so the second time only what is about colors is looked for. */
export async function axeFindingsInBothThemes(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: "light" });
  const light = await runAxe(page, {});
  await page.emulateMedia({ colorScheme: "dark" });
  // Scripts hear of the change of theme at the next frame; Swagger UI's colors then change gradually.
  await page.evaluate(async () => {
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
  });
  const dark = await runAxe(page, { runOnly: { type: "rule", values: colorRules } });
  return [...light, ...dark.map((finding) => `dark: ${finding}`)];
}

/** Half as long as what the package gives as its source: each page reads it anew. */
const axeSource = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

async function runAxe(page: Page, options: axe.RunOptions): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axeSource);
  return page.evaluate(async (chosen) => {
    const run: typeof axe.run = Object(globalThis).axe.run;
    const { violations } = await run(document, { ...chosen, reporter: "no-passes" });
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(
        ({ target, failureSummary = "" }) => `${id}: ${help}: ${target.join(" ")}: ${failureSummary}`,
      ),
    );
  }, options);
}

/**
 * The next `times` requests to these addresses are this function's, the others the appliance's. Playwright's own `times`
 * forgets a function that still runs: where the test ends before it, its error would be that of whichever test runs then.
 */
export function takeNext(
  page: Page,
  addresses: string,
  times: number,
  take: (route: Route) => Promise<void>,
): Promise<unknown> {
  let taken = 0;
  return page.route(addresses, (route) => (++taken > times ? route.continue() : take(route)));
}

/** The next `times` answers with a job's figures are these: as while the appliance spares itself summing up a large job. */
export function answerFigures(page: Page, figures: object, times: number): Promise<unknown> {
  return takeNext(page, "**/api/jobs/*/statistics", times, (route) => route.fulfill({ json: figures }));
}
