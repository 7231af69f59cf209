import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { testApp } from "../support/http.ts";
import { readRules } from "./rule-files.ts";

let app: Awaited<ReturnType<typeof testApp>>;
let page: string;
let headers: Headers;
beforeAll(async () => {
  app = await testApp();
  const answer = await app.request("GET", "/runbooks", { token: null });
  headers = answer.headers;
  page = await answer.text();
});
afterAll(() => app.stop());

function anchors(): string[] {
  return [...page.matchAll(/<h\d id="([^"]+)"/g)].map(([, id = ""]) => id);
}

describe("the page of runbooks", () => {
  test("has a section for every alert, named as its runbook_url says, and none for anything else", async () => {
    const { alerts } = await readRules();
    const wanted = alerts.map(({ alert, annotations }) => {
      const anchor = alert.replace(/(?<=.)[A-Z]/g, "-$&").toLowerCase();
      expect(annotations.runbook_url).toBe(`{{ $externalLabels.appliance_url }}/runbooks#${anchor}`);
      return anchor;
    });
    expect(anchors().sort()).toEqual(["runbooks", ...wanted].sort());
  });

  test("says of every alert how urgent it is, whether bags are in danger, and when it is over", async () => {
    const { alerts } = await readRules();
    const sections = page.split(/(?=<h2 )/).slice(1);
    expect(sections.length).toBe(alerts.length);
    for (const { alert, labels } of alerts) {
      const anchor = alert.replace(/(?<=.)[A-Z]/g, "-$&").toLowerCase();
      const section = sections.find((each) => each.startsWith(`<h2 id="${anchor}"`)) ?? "";
      expect(section, alert).toContain(`<p><strong>${labels.severity}.</strong>`);
      expect(section, alert).toMatch(/<strong>Bags in danger: (yes|no|some|perhaps|not yet)/);
      expect(section, alert).toContain("<ol>");
      expect(section, alert).toContain("<strong>Over</strong>");
    }
  });

  test("links only to its own sections, so that it needs nothing else", () => {
    const links = [...page.matchAll(/href="([^"]+)"/g)].map(([, href = ""]) => href);
    const own = anchors().map((id) => `#${id}`);
    expect(links.length).toBeGreaterThan(20);
    for (const link of links) expect([...own, "data:,"]).toContain(link);
  });

  test("may use its own style sheet, and nothing else", () => {
    const [, style = ""] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
    const hash = new Bun.CryptoHasher("sha256").update(style).digest("base64");
    const policy = headers.get("content-security-policy");
    expect(policy).toContain(`style-src 'sha256-${hash}'`);
    expect(policy).toContain("default-src 'none'");
    expect(page).not.toContain("<script");
  });
});
