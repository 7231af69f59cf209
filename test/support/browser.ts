import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { Appliance } from "./appliance.ts";
import { roleTokens } from "./appliance.ts";
import { findTool } from "./tool.ts";

/** Null where this machine has none: `describe.skipIf(chromiumPath === null)`. */
export const chromiumPath = findTool("chromium", "chromium-browser", "google-chrome");

/** One for a test file; each test opens contexts of its own in it. */
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

/** Opens the board in a new context, as a reader would. */
export async function visit(
  browser: Browser,
  appliance: Pick<Appliance, "origin">,
  options: VisitOptions = {},
): Promise<Visit> {
  const { role = null, locale = "en-US", theme = "light", size = "desk", path = "/" } = options;
  const origin = options.origin ?? (await appliance.origin());
  const context = await browser.newContext({
    locale,
    timezoneId: "America/Chicago",
    colorScheme: theme,
    reducedMotion: "reduce",
    viewport: sizes[size],
    hasTouch: size === "phone",
  });
  const faults: string[] = [];
  try {
    if (role !== null) await signIn(context, origin, roleTokens[role]);
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
    page.on("console", (message) => {
      // An answer that is no 2xx is said here too; whether it may be is for the test to know.
      const isAnswer = message.text().startsWith("Failed to load resource");
      if (message.type() === "error" && !isAnswer) faults.push(`console: ${message.text()}`);
    });
    await page.goto(origin + path);
    return { page, context, faults, [Symbol.asyncDispose]: () => context.close() };
  } catch (error) {
    await context.close();
    throw error;
  }
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
  const dark = await runAxe(page, { runOnly: { type: "rule", values: colorRules } });
  return [...light, ...dark.map((finding) => `dark: ${finding}`)];
}

async function runAxe(page: Page, options: axe.RunOptions): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
  return page.evaluate(async (chosen) => {
    const run: typeof axe.run = Object(globalThis).axe.run;
    const { violations } = await run(document, { ...chosen, resultTypes: ["violations"] });
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(
        ({ target, failureSummary = "" }) => `${id}: ${help}: ${target.join(" ")}: ${failureSummary}`,
      ),
    );
  }, options);
}

/** The next `times` answers with a job's figures are these: as while the appliance spares itself summing up a large job. */
export function answerFigures(page: Page, figures: object, times: number): Promise<unknown> {
  return page.route("**/api/jobs/*/statistics", (route) => route.fulfill({ json: figures }), { times });
}
