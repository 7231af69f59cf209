import { expect, test } from "bun:test";
import { json, testApp } from "../support/http.ts";

test("live and ready are open", async () => {
  const { request } = await testApp();
  expect((await request("GET", "/health/live", { token: null })).status).toBe(200);
  const ready = await request("GET", "/health/ready", { token: null });
  expect(ready.status).toBe(200);
  expect(await json(ready)).toMatchObject({ status: "up" });
});
