import { afterAll, beforeAll, expect, test } from "bun:test";
import { z } from "zod";
import { jobSchema } from "../../../src/records/jobs/job-view.ts";
import { releaseSchema } from "../../../src/records/releases/releases.ts";
import { json, testApp } from "../../support/http.ts";
import { cookieOf } from "../../support/session.ts";

let app: Awaited<ReturnType<typeof testApp>>;
let id: number;
beforeAll(async () => {
  app = await testApp();
  await Promise.all([app.parts.people.refresh(), app.parts.namedTokens.refresh()]);
  const job = { company: "Shelter", station: "Station 1", target_weight: "50", quantity: 2 };
  id = (await json(await app.request("POST", "/api/jobs", { body: job }), jobSchema)).id;
  await app.request("POST", `/api/jobs/${id}/complete`);
});
afterAll(() => app.stop());

const problem = z.looseObject({ type: z.string(), detail: z.string() });
const path = () => `/api/jobs/${id}/releases`;

/** A paired device on which a person entered their PIN. */
async function annsDevice() {
  await app.request("PUT", "/api/stations/Station%201/person", { body: { person_asked: "each_action" } });
  const person = await app.request("POST", "/api/persons", { body: { name: "Ann", pin: "4711" } });
  const made = await app.request("POST", "/api/pairings", { body: { name: "tablet", station: "Station 1" } });
  const { code } = await json(made, z.looseObject({ code: z.string() }));
  const paired = await app.request("POST", "/api/session/device", { token: null, body: { code } });
  let cookie = cookieOf(paired);
  const ask = (asked: string, body: object) => {
    const headers = { cookie, "sec-fetch-site": "same-origin" };
    return app.request("POST", asked, { token: null, headers, body });
  };
  return {
    ask,
    async enter() {
      const body = { person: (await json(person.clone(), z.looseObject({ id: z.int() }))).id, pin: "4711" };
      const entered = await ask("/api/session/person", body);
      cookie = `${cookie.split("; ")[0]}; ${cookieOf(entered)}`;
    },
  };
}

test("a token is nobody: the refusal says how people are set up", async () => {
  const refused = await app.request("POST", path(), { body: { meaning: "approved" } });
  expect(refused.status).toBe(403);
  const { type, detail } = await json(refused, problem);
  expect(type).toEndWith("person_needed");
  expect(detail).toContain("On the page People give names and PINs");
});

test("a person who entered their PIN on a device releases, and everybody sees it on the job", async () => {
  const device = await annsDevice();
  const wanted = await device.ask(path(), { meaning: "approved" });
  expect((await json(wanted, problem)).type).toEndWith("person_wanted");
  await device.enter();
  const made = await device.ask(path(), { meaning: "approved", bags: 0 });
  expect(made.status).toBe(201);
  expect(await json(made, releaseSchema)).toMatchObject({
    person: "Ann",
    actor: "Ann (tablet)",
    in_force: true,
  });
  expect(await json(await app.request("GET", `/api/jobs/${id}`), jobSchema)).toMatchObject({
    released: "approved",
  });
  expect(await json(await app.request("GET", path()))).toMatchObject({
    items: [{ person: "Ann" }],
    next: null,
  });
  await device.enter();
  expect((await json(await device.ask(path(), { meaning: "approved" }), problem)).type).toEndWith(
    "already_released",
  );
  await device.enter();
  expect((await json(await device.ask(path(), { meaning: "approved", bags: 7 }), problem)).type).toEndWith(
    "other_bags",
  );
});

test("what cannot be released is said in words", async () => {
  expect((await app.request("POST", path(), { body: { meaning: "signed" } })).status).toBe(422);
  expect((await app.request("GET", "/api/jobs/99/releases")).status).toBe(404);
});
