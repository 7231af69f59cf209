import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import type { CourierStatus } from "../../../../src/delivery/courier.ts";
import { type Destination, webApplication } from "../../../../src/delivery/destination.ts";
import { type Listening, listen } from "../../../../src/http/listen.ts";
import { recordDirect } from "../../../../src/recording/record.ts";
import { roleTokens } from "../../../support/appliance.ts";
import { chromiumPath, launchBrowser, visit } from "../../../support/browser.ts";
import { weighed } from "../../../support/entries.ts";
import { testApp, testConfig, testCouriers } from "../../../support/http.ts";
import { until } from "../../../support/until.ts";

setDefaultTimeout(60_000);

const running: CourierStatus = {
  ...{ state: "delivering", since: 0, nextProbeAt: null, reason: null },
  ...{ lanes: 0, unwritten: 0 },
};
const quality: Destination = { id: 2, name: "Quality", kind: "scan_bag" };

describe.skipIf(chromiumPath === null)("with two destinations the page of what needs attention", () => {
  let app: Awaited<ReturnType<typeof testApp>>;
  let http: Listening;
  let browser: Browser;
  const woken: unknown[] = [];

  beforeAll(async () => {
    const upstream = { url: "http://127.0.0.1:1/scan_bag", token: null, timeoutMs: 1_000, inFlight: 1 };
    app = await testApp({
      config: testConfig({ upstream }),
      tokens: () => roleTokens,
      couriers: testCouriers({
        wake: (_, options) => woken.push(options),
        status: () => [
          { destination: webApplication, courier: running },
          { destination: quality, courier: { ...running, state: "open", reason: "no route" } },
        ],
      }),
    });
    await app.sql`insert into destination (name, kind) values ('Quality', 'scan_bag')`;
    const bag = { ...weighed(), source: "manual" as const };
    await recordDirect(app.sql, bag, { plant: 1, requireJob: false, destinations: [1, 2] });
    await app.sql`
      update delivery set state = 'parked', last_status = 422, last_error = 'refused by Quality'
      where destination_id = 2`;
    http = await listen(app.app, "127.0.0.1", 0);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await http?.stop();
    await app?.stop();
  });

  async function look(act: (page: Page) => Promise<void>): Promise<void> {
    const origin = async () => `http://127.0.0.1:${http.port}`;
    await using visited = await visit(browser, { origin }, { role: "admin", path: "/attention" });
    await act(visited.page);
    expect(visited.faults).toEqual([]);
  }

  test("says how it stands with each, what each holds back, and tries again at that one alone", () =>
    look(async (page) => {
      const part = (name: string) =>
        page.locator(".health-part").filter({ has: page.getByRole("heading", { name, exact: true }) });
      await part("Quality").getByText("no route").waitFor();
      await part("Web application").getByText("1 bag waits").waitFor();
      const held = page.getByRole("region", { name: /: Quality$/ });
      await held.getByText("refused by Quality").waitFor();
      await page
        .getByRole("region", { name: /: Web application$/ })
        .getByText("No bags are held back")
        .waitFor();
      await held.getByRole("button", { name: "Try all again" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Try all again" }).click();
      await until("it is tried again", () => woken.length > 0);
      expect(woken).toEqual([{ urgent: true, destination: 2 }]);
    }));
});
