import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { z } from "zod";
import { auditTrail, newJob } from "../../../support/bags.ts";
import { json, testApp, testConfig, tokens } from "../../../support/http.ts";
import { cookieOf } from "../../../support/session.ts";

const hourMs = 3_600_000;
const pin = "4711";

let now = Date.parse("2026-11-30T10:00:00Z");
let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp({ clock: { now: () => now, sleep: (ms) => Bun.sleep(Math.min(ms, 1_000)) } });
  await Promise.all([app.parts.people.refresh(), app.parts.namedTokens.refresh()]);
});
afterAll(() => app.stop());

const idSchema = z.looseObject({ id: z.int() });
const codeSchema = z.looseObject({ code: z.string() });
const problemSchema = z.looseObject({ type: z.string(), detail: z.string() });

let made = 0;
async function person(name = `Person ${++made}`) {
  const answer = await app.request("POST", "/api/persons", { body: { name, pin } });
  expect(answer.status).toBe(201);
  return { ...(await json(answer, idSchema)), name };
}

/** A station of its own, with what its devices ask. */
async function station(person_asked: "never" | "each_action" | "each_shift") {
  const name = `Station ${++made}`;
  const answer = await app.request("PUT", `/api/stations/${encodeURIComponent(name)}/person`, {
    body: { person_asked },
  });
  expect(await json(answer)).toEqual({ person_asked });
  return name;
}

async function pairing(body: { name: string; station?: string | null }) {
  const answer = await app.request("POST", "/api/pairings", { body });
  expect(answer.status).toBe(201);
  return (await json(answer, codeSchema)).code;
}

const pair = (code: string, headers = {}) =>
  app.request("POST", "/api/session/device", { token: null, body: { code }, headers });

/** A paired device as its browser has it. */
async function device(at: string | null, name = `Tablet ${++made}`) {
  const answer = await pair(await pairing({ name, station: at }));
  expect(answer.status).toBe(200);
  let cookie = cookieOf(answer);
  const headers = () => ({ cookie, "sec-fetch-site": "same-origin" });
  const ask = (method: string, path: string, body?: object) =>
    app.request(method, path, { token: null, headers: headers(), ...(body && { body }) });
  return {
    name,
    ask,
    headers,
    job: (started_by?: string) =>
      ask("POST", "/api/jobs", newJob({ station: `S ${++made}`, ...(started_by && { started_by }) })),
    session: async () =>
      z.looseObject({ role: z.unknown() }).parse(await (await ask("GET", "/api/session")).json()),
    enter: async (who: number, typed = pin) => {
      const entered = await ask("POST", "/api/session/person", { person: who, pin: typed });
      if (entered.status === 200) cookie = `${cookie.split("; ")[0]}; ${cookieOf(entered)}`;
      return entered;
    },
    withCookie: (other: string) => {
      cookie = other;
    },
  };
}

async function problemOf(answer: Response): Promise<string> {
  const { type } = await json(answer, problemSchema);
  return `${answer.status} ${type.split(":").at(-1)}`;
}

describe("people", () => {
  test("are made, renamed and retired; their names stay in the audit trail and are free again", async () => {
    const { id } = await person("Ann");
    const again = await app.request("POST", "/api/persons", { body: { name: "ANN", pin } });
    expect(await problemOf(again)).toBe("409 person_name_taken");
    const renamed = await app.request("PATCH", `/api/persons/${id}`, { body: { name: "Anna" } });
    expect(await json(renamed)).toMatchObject({ id, name: "Anna", retired_at: null });
    expect((await app.request("DELETE", `/api/persons/${id}`)).status).toBe(204);
    expect((await app.request("DELETE", `/api/persons/${id}`)).status).toBe(404);
    expect((await app.request("PATCH", `/api/persons/${id}`, { body: { pin } })).status).toBe(404);
    await person("Anna");
    expect(await json(await app.request("GET", "/api/persons?retired=true"))).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ id, name: "Anna", retired_at: new Date(now).toISOString() }),
      ]),
    });
    expect((await auditTrail(app.sql)).filter(({ subject }) => subject === `person:${id}`)).toMatchObject([
      { action: "person.create", actor: "admin", after: { name: "Ann" } },
      { action: "person.rename", before: { name: "Ann" }, after: { name: "Anna" } },
      { action: "person.retire", before: { name: "Anna" } },
    ]);
  });

  test("have a PIN that no answer and no column shows", async () => {
    const { id } = await person();
    const [row] = await app.sql<{ text: string; hash: string }[]>`
      select row_to_json(p)::text as text, pin_hash as hash from person p where id = ${id}`;
    expect(row?.hash).toStartWith("$argon2id$");
    expect(row?.text).not.toContain(pin);
    const list = await (await app.request("GET", "/api/persons?limit=500")).text();
    expect(list).not.toContain("argon2");
    expect(JSON.stringify(await auditTrail(app.sql))).not.toContain(pin);
  });

  test.each(["123", "123456789", "12a4", "0000", "1234", "87654321", "４７１１"])(
    "%p is no PIN, and the refusal does not repeat it",
    async (wrong) => {
      const answer = await app.request("POST", "/api/persons", { body: { name: "Nobody", pin: wrong } });
      expect(answer.status).toBe(422);
      expect(await answer.text()).not.toContain(wrong);
    },
  );
});

describe("a device", () => {
  test("is paired once by its code, in any case and with blanks, and gets a token that nobody has seen", async () => {
    const code = await pairing({ name: "Line 2 tablet", station: "Station 2" });
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
    const answer = await pair(`${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `);
    expect(await json(answer)).toEqual({ name: "Line 2 tablet", station: "Station 2" });
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^prepuff_session=named-\d+\..+HttpOnly; SameSite=Strict$/,
    );
    const session = await app.request("GET", "/api/session", {
      token: null,
      headers: { cookie: cookieOf(answer) },
    });
    expect(await json(session)).toMatchObject({
      role: "operator",
      device: { name: "Line 2 tablet", station: "Station 2", person_asked: expect.any(String), person: null },
    });
    expect(await problemOf(await pair(code))).toBe("403 wrong_code");
    expect(await json(await app.request("GET", "/api/tokens?limit=1"))).toMatchObject({
      items: [
        {
          name: "Line 2 tablet",
          role: "operator",
          is_device: true,
          station: "Station 2",
          created_by: "admin",
        },
      ],
    });
  });

  test("has 10 minutes for it, and other sites' pages cannot pair a browser", async () => {
    const code = await pairing({ name: "late" });
    expect(await problemOf(await pair(code, { "sec-fetch-site": "cross-site" }))).toBe("403 cross_origin");
    now += 600_000;
    expect(await problemOf(await pair(code))).toBe("403 wrong_code");
  });

  test("that guesses codes is refused, right ones too", async () => {
    const other = await testApp();
    const guess = (code: string) =>
      other.request("POST", "/api/session/device", { token: null, body: { code } });
    for (let i = 0; i < 10; i++) expect((await guess(`0000000${i}`)).status).toBe(403);
    const { code } = await json(
      await other.request("POST", "/api/pairings", { body: { name: "x" } }),
      codeSchema,
    );
    const limited = await guess(code);
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(500);
    await other.stop();
  });

  test("is renamed, moved and revoked; names in force are not given twice", async () => {
    const tablet = await device(null);
    const taken = await app.request("POST", "/api/pairings", { body: { name: tablet.name } });
    expect(await problemOf(taken)).toBe("409 name_taken");
    const [token] = (
      await json(
        await app.request("GET", "/api/tokens?limit=1"),
        z.object({ items: z.array(idSchema) }).loose(),
      )
    ).items;
    const path = `/api/tokens/${token?.id}`;
    const changed = await app.request("PATCH", path, { body: { name: "Moved", station: "Station 7" } });
    expect(await json(changed)).toMatchObject({ name: "Moved", station: "Station 7" });
    expect(await tablet.session()).toMatchObject({
      actor: "Moved (operator)",
      device: { station: "Station 7" },
    });
    expect((await app.request("DELETE", path)).status).toBe(204);
    expect(await tablet.session()).toMatchObject({ role: null });
    expect((await tablet.job()).status).toBe(401);
    expect((await app.request("PATCH", path, { body: { name: "Gone" } })).status).toBe(404);
  });

  test("only a device stands somewhere", async () => {
    const token = await json(
      await app.request("POST", "/api/tokens", { body: { name: "a program", role: "ingest" } }),
      idSchema,
    );
    const answer = await app.request("PATCH", `/api/tokens/${token.id}`, { body: { station: "Station 1" } });
    expect(answer.status).toBe(422);
  });
});

describe("who acts", () => {
  test("is not asked where the station does not want to know, nor where nobody has a PIN", async () => {
    const empty = await testApp();
    await Promise.all([empty.parts.people.refresh(), empty.parts.namedTokens.refresh()]);
    await empty.request("PUT", "/api/stations/S/person", { body: { person_asked: "each_action" } });
    expect(empty.parts.people.askedBy({ station: "S" })).toBe("never");
    await empty.request("POST", "/api/persons", { body: { name: "Ann", pin } });
    expect(empty.parts.people.askedBy({ station: "S" })).toBe("each_action");
    expect(empty.parts.people.askedBy({ station: "T" })).toBe("never");
    await empty.stop();

    await person();
    const tablet = await device(await station("never"));
    expect((await tablet.job("Marta")).status).toBe(201);
    // Other tokens go on as before.
    const job = newJob({ station: `S ${++made}` });
    expect((await app.request("POST", "/api/jobs", { token: tokens.operator, body: job })).status).toBe(201);
  });

  test("before each action: one PIN is one action, and what the device only reads needs none", async () => {
    const ann = await person("Ann Smith");
    const tablet = await device(await station("each_action"), "Line 3 tablet");
    expect(await problemOf(await tablet.job())).toBe("403 person_wanted");
    expect((await tablet.ask("GET", "/api/jobs")).status).toBe(200);
    expect((await tablet.ask("GET", "/api/persons")).status).toBe(200);
    expect((await tablet.enter(ann.id)).status).toBe(200);
    // What is refused for its form is no action.
    expect((await tablet.ask("POST", "/api/jobs", { company: "" })).status).toBe(422);
    const started = await tablet.job("somebody else");
    expect(await json(started.clone())).toMatchObject({ started_by: "Ann Smith" });
    const { id } = await json(started, idSchema);
    expect(await problemOf(await tablet.job())).toBe("403 person_wanted");
    const [event] = await app.sql`select actor, person_id from audit_event where subject = ${`job:${id}`}`;
    expect(event).toEqual({ actor: "Ann Smith (Line 3 tablet)", person_id: ann.id });
  });

  test("a PIN for one action is of no use two minutes later, and once where many act at once", async () => {
    const { id } = await person();
    const tablet = await device(await station("each_action"));
    await tablet.enter(id);
    now += 120_000;
    expect(await problemOf(await tablet.job())).toBe("403 person_wanted");
    await tablet.enter(id);
    const answers = await Promise.all([tablet.job(), tablet.job(), tablet.job()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 403, 403]);
  });

  test("once a shift: until it ends, or 12 hours where the plant has none", async () => {
    const { id, name } = await person();
    const tablet = await device(await station("each_shift"));
    const entered = await tablet.enter(id);
    expect(await json(entered)).toEqual({ id, name, until: new Date(now + 12 * hourMs).toISOString() });
    for (let i = 0; i < 3; i++) expect((await tablet.job()).status).toBe(201);
    expect(await tablet.session()).toMatchObject({ device: { person: { id } } });
    now += 12 * hourMs;
    expect(await problemOf(await tablet.job())).toBe("403 person_wanted");
    expect(await tablet.session()).toMatchObject({ device: { person: null } });

    const shifts = ["06:00", "14:00", "22:00"].map((starts, index, all) => ({
      name: `Shift ${index + 1}`,
      starts,
      ends: all[(index + 1) % 3],
      days: [1, 2, 3, 4, 5, 6, 7],
    }));
    const calendar = {
      time_zone: "America/Chicago",
      day_starts: "06:00",
      week_starts: 1,
      standstill_minutes: 10,
      currency: "USD",
      shifts,
    };
    expect((await app.request("PUT", "/api/shifts", { body: calendar })).status).toBe(200);
    now = Date.parse("2026-12-01T18:00:00Z");
    expect(await json(await tablet.enter(id))).toMatchObject({ until: "2026-12-01T20:00:00.000Z" });
  });

  test("ends with the person's PIN, with the person, with another setting, and by signing off", async () => {
    const { id } = await person();
    const at = await station("each_shift");
    const tablet = await device(at);
    const isWanted = async () => (await tablet.job()).status === 403;
    await tablet.enter(id);
    now += 1000;
    await app.request("PATCH", `/api/persons/${id}`, { body: { pin: "5813" } });
    expect(await isWanted()).toBe(true);
    await tablet.enter(id, "5813");
    expect(await isWanted()).toBe(false);
    const asks = { body: { person_asked: "each_action" } };
    await app.request("PUT", `/api/stations/${encodeURIComponent(at)}/person`, asks);
    expect(await isWanted()).toBe(true);
    await tablet.enter(id, "5813");
    const off = await tablet.ask("DELETE", "/api/session/person");
    expect(off.headers.getSetCookie()[0]).toMatch(/^prepuff_person=; .*Max-Age=0/);
    await app.request("DELETE", `/api/persons/${id}`);
    expect(await isWanted()).toBe(true);
    expect((await tablet.enter(id, "5813")).status).toBe(404);
  });

  test("a device that stands anywhere asks as the strictest station does", async () => {
    const { id } = await person();
    await station("each_action");
    const tablet = await device(null);
    expect(await problemOf(await tablet.job())).toBe("403 person_wanted");
    await tablet.enter(id);
    expect((await tablet.job()).status).toBe(201);
  });

  test("a PIN entered on one device is of no use on another", async () => {
    const { id } = await person();
    const at = await station("each_shift");
    const first = await device(at);
    const second = await device(at);
    await first.enter(id);
    const [ofSecond] = second.headers().cookie.split("; ");
    second.withCookie(`${ofSecond}; ${first.headers().cookie.split("; ")[1]}`);
    expect(await problemOf(await second.job())).toBe("403 person_wanted");
    expect((await first.job()).status).toBe(201);
  });

  test("only on a device, and only on the appliance's own pages", async () => {
    const { id } = await person();
    const body = { person: id, pin };
    const enter = (headers = {}) =>
      app.request("POST", "/api/session/person", { token: null, body, headers });
    expect(await problemOf(await enter())).toBe("403 no_device");
    const tablet = await device(await station("each_shift"));
    const crossSite = { ...tablet.headers(), "sec-fetch-site": "cross-site" };
    expect(await problemOf(await enter(crossSite))).toBe("403 cross_origin");
    const unasked = await device(await station("never"));
    expect(await problemOf(await unasked.enter(id))).toBe("409 person_not_asked");
  });
});

describe("a wrong PIN", () => {
  test("is refused; the fifth of a person within 15 minutes locks them everywhere, and the trail has it", async () => {
    const { id, name } = await person();
    const at = await station("each_shift");
    const [first, second] = [await device(at), await device(at)];
    for (let i = 0; i < 4; i++) expect(await problemOf(await first.enter(id, "9999"))).toBe("403 wrong_pin");
    // A right one in between is none of them, and takes none back.
    expect((await second.enter(id)).status).toBe(200);
    now += 300_000;
    const locked = await first.enter(id, "9999");
    expect(locked.headers.get("retry-after")).toBe("600");
    expect(await problemOf(locked)).toBe("429 pin_locked");
    expect((await second.enter(id)).status).toBe(429);
    expect((await auditTrail(app.sql)).at(-1)).toMatchObject({
      action: "person.lock",
      subject: `person:${id}`,
      actor: `${first.name} (operator)`,
      detail: { name },
    });
    now += 600_000;
    expect((await second.enter(id)).status).toBe(200);
  });

  test("of several people: the tenth locks the device, and nobody elsewhere", async () => {
    const at = await station("each_shift");
    const [first, second] = [await device(at), await device(at)];
    const people = [await person(), await person(), await person()];
    const tries = people.flatMap(({ id }) => [id, id, id, id]).slice(0, 10);
    const answers = [];
    for (const id of tries) answers.push((await first.enter(id, "9999")).status);
    expect(answers).toEqual([403, 403, 403, 403, 403, 403, 403, 403, 403, 429]);
    const other = await person();
    expect((await first.enter(other.id)).status).toBe(429);
    expect((await second.enter(other.id)).status).toBe(200);
  });

  test("many at once are no way around it, and a new PIN ends the lock", async () => {
    const { id } = await person();
    const tablet = await device(await station("each_shift"));
    const answers = await Promise.all(Array.from({ length: 9 }, () => tablet.enter(id, "9999")));
    expect(answers.filter(({ status }) => status === 403).length).toBeLessThanOrEqual(4);
    expect((await tablet.enter(id)).status).toBe(429);
    await app.request("PATCH", `/api/persons/${id}`, { body: { pin: "2580" } });
    expect((await tablet.enter(id, "2580")).status).toBe(200);
  });
});

test("while PostgreSQL is away no PIN is checked, and none counts as wrong", async () => {
  const { id } = await person();
  const tablet = await device(await station("each_shift"));
  app.setAway(true);
  for (let i = 0; i < 6; i++) expect((await tablet.enter(id)).status).toBe(503);
  app.setAway(false);
  expect((await tablet.enter(id)).status).toBe(200);
});

test("after a start without PostgreSQL a device may look, and is told to wait before it acts", async () => {
  const tablet = await device(await station("each_action"));
  const restarted = await testApp({ config: testConfig() });
  const headers = tablet.headers();
  expect((await restarted.request("GET", "/api/scales", { token: null, headers })).status).toBe(200);
  const body = { person: 1, pin };
  const entered = await restarted.request("POST", "/api/session/person", { token: null, headers, body });
  expect(entered.status).toBe(503);
  await restarted.stop();
});
