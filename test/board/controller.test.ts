import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { testApp } from "../support/http.ts";

let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app.stop());

const get = (path: string, headers: Record<string, string> = {}) =>
  app.request("GET", path, { token: null, headers });

/** The files that the page names. */
async function linked(): Promise<string[]> {
  const html = await (await get("/")).text();
  return [...html.matchAll(/(?:src|href)="(\/board\/[^"]+)"/g)].map(([, path = ""]) => path);
}

describe("the board's pages", () => {
  test("are one page at every address, without anything in it that the policy forbids", async () => {
    const first = await (await get("/")).text();
    for (const path of [
      "/jobs",
      "/jobs/7",
      "/products",
      "/bags",
      "/reports",
      "/quality",
      "/wall",
      "/scales",
      "/attention",
      "/sign-in",
    ]) {
      const answer = await get(path);
      expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(await answer.text()).toBe(first);
    }
    expect(first).not.toMatch(/<style|style=|<script(?![^>]* src=)| on\w+=/);
  });

  test("keep the strict policy", async () => {
    const policy = (await get("/")).headers.get("content-security-policy") ?? "";
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("style-src 'self'");
    expect(policy).not.toContain("unsafe");
  });

  test("name files that never change, and are asked for again themselves", async () => {
    const paths = await linked();
    expect(paths.map((path) => path.slice(path.lastIndexOf(".")))).toEqual(
      expect.arrayContaining([".js", ".css", ".svg", ".png", ".webmanifest"]),
    );
    for (const path of paths) {
      expect((await get(path)).headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    }
    const page = await get("/");
    expect(page.headers.get("cache-control")).toBe("no-cache");
    const again = await get("/", { "if-none-match": `W/${page.headers.get("etag")}` });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe("");
  });

  test("load in at most 100 kB, all in all", async () => {
    // What a page's script imports would come besides.
    for (const path of (await linked()).filter((path) => path.endsWith(".js"))) {
      expect(await (await get(path)).text()).not.toMatch(/\b(?:from|import) *"\.\//);
    }
    const sizes = await Promise.all(
      ["/", ...(await linked())].map(async (path) => {
        const answer = await get(path, { "accept-encoding": "br, gzip;q=0.8" });
        expect(answer.headers.get("content-encoding")).toBe("gzip");
        return (await answer.arrayBuffer()).byteLength;
      }),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(100_000);
  });

  test("can be put on a home screen: the manifest names icons that are there", async () => {
    const manifest = (await linked()).find((path) => path.endsWith(".webmanifest")) ?? "";
    const answer = await get(manifest);
    expect(answer.headers.get("content-type")).toBe("application/manifest+json");
    const { icons, ...about } = await answer.json();
    expect(about).toMatchObject({ name: "Pre-Puff", start_url: "/", display: "fullscreen" });
    for (const { src, type } of icons) {
      const icon = await get(src);
      expect([icon.status, icon.headers.get("content-type")]).toEqual([200, type]);
    }
    const favicon = await get("/favicon.ico");
    expect(favicon.headers.get("content-type")).toBe("image/png");
    expect([...new Uint8Array(await favicon.arrayBuffer()).slice(1, 4)]).toEqual([...Buffer.from("PNG")]);
  });

  test("come uncompressed to those who do not take gzip", async () => {
    for (const encoding of ["", "br", "gzip;q=0"]) {
      const answer = await get("/", { "accept-encoding": encoding });
      expect(answer.headers.get("content-encoding")).toBeNull();
      expect(await answer.text()).toStartWith("<!doctype html>");
    }
  });

  test("are 404 where there is none", async () => {
    expect((await get("/board/main.js")).status).toBe(404);
    expect((await get("/nothing")).status).toBe(404);
  });
});
