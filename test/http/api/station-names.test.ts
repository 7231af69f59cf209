import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import fc from "fast-check";
import { ConfigError } from "../../../src/config/fault.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { nameFault, tidyName } from "../../../src/runtime/names.ts";
import { createStations } from "../../../src/scale/stations.ts";
import { emptyTables } from "../../support/bags.ts";
import { testApp, testConfig, tokens } from "../../support/http.ts";

const config = testConfig({ station: { fallback: "Station 1", byScale: new Map([[2, "Station 2"]]) } });
const stations = createStations(config, { scaleSettings: () => [], saveScaleSetting: () => undefined });
let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp({ config, stations });
});
beforeEach(() => emptyTables(app.sql));
afterAll(() => app.stop());

/** What was stored or configured as the name; null: it was refused. */
type Taken = string | null;

function configured(env: Record<string, string>): Taken {
  try {
    const { station } = loadConfig({ env, cwd: "/nowhere" }).config;
    return station.byScale.get(1) ?? station.fallback;
  } catch (error) {
    if (error instanceof ConfigError) return null;
    throw error;
  }
}

async function sent(method: string, path: string, token: string, body: object): Promise<boolean> {
  const { status } = await app.request(method, path, { token, body });
  if (status !== 422 && status >= 300) throw new Error(`${method} ${path} answers ${status}`);
  return status !== 422;
}

const ways: Readonly<Record<string, (name: string) => Promise<Taken> | Taken>> = {
  PREPUFF_STATION: (name) => configured({ PREPUFF_STATION: name }),
  // A comma begins the next scale there.
  PREPUFF_STATIONS: (name) =>
    configured(name.includes(",") ? { PREPUFF_STATION: name } : { PREPUFF_STATIONS: `1:${name}` }),
  "a job": async (station) => {
    const job = { company: "Shelter", station, target_weight: "50", quantity: 10 };
    if (!(await sent("POST", "/api/jobs", tokens.operator, job))) return null;
    const [row] = await app.sql<{ station: string }[]>`select station from prepuff_job`;
    return row?.station ?? "";
  },
  "a bag by hand": async (station) => {
    const bag = { station, scale: 1, weight: "50", unit: "lb" };
    if (!(await sent("POST", "/api/bags", tokens.operator, bag))) return null;
    return newestBag();
  },
  scan_bag: async (station) => {
    // It takes no bag without a job, which the name was given to before.
    const bag = { station, scale: 1, weight: "50", unit: "lb" };
    if (!(await sent("POST", "/api/prepuff/scan_bag", tokens.ingest, bag))) return null;
    return newestBag();
  },
  "a scale": async (station) => {
    if (!(await sent("PATCH", "/api/scales/2", tokens.admin, { station }))) return null;
    const [row] = await app.sql<{ station: string }[]>`select station from scale where id = 2`;
    return row?.station ?? "";
  },
};

function isLengthRight(text: string): boolean {
  const { length } = [...tidyName(text)];
  return length >= 1 && length <= 50;
}

async function newestBag(): Promise<string> {
  const [row] = await app.sql<{ station: string }[]>`select station from filler_bag order by id desc limit 1`;
  return row?.station ?? "";
}

const odd = [
  ..." \u00a0\u3000\t\n\0,:;'\"&%+#=/\\<>",
  ..."\u00ad\u200b\u200d\u2028\u2029\u202e\u2066\ufe0f\ufeff\u2800\u3164",
  ..."\u0301\u0308\ud800\udc00",
  ..."aeSÅé重🧵⚖👩",
  ..."\u0430\u03b5\u057d\u{1d412}",
];
const name = fc
  .oneof(
    fc.array(fc.constantFrom(...odd), { minLength: 1, maxLength: 6 }).map((all) => `S${all.join("")}1`),
    fc.array(fc.constantFrom(...odd), { minLength: 1, maxLength: 4 }).map((all) => all.join("")),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }),
    fc.nat({ max: 60 }).map((length) => "🧵".repeat(length + 1)),
  )
  .filter((text) => text !== "");

test("configuration, jobs, bags and scales take the same names, and keep them alike", async () => {
  await fc.assert(
    fc.asyncProperty(name, async (text) => {
      await emptyTables(app.sql);
      const expected = nameFault(tidyName(text)) === null && isLengthRight(text) ? tidyName(text) : null;
      for (const [way, give] of Object.entries(ways))
        expect([way, await give(text)]).toEqual([way, expected]);
    }),
    {
      numRuns: 60,
      examples: [
        ["Station 1"],
        ["🧵".repeat(30)],
        ["🧵".repeat(50)],
        ["🧵".repeat(51)],
        ["x".repeat(50)],
        ["x".repeat(51)],
        ["Station\u20281"],
        ["Sta\u00adtion"],
        ["Mu\u0308ller\u00a01"],
        [" \u3000 "],
      ],
    },
  );
});

test("a name of 50 emoji is one of 50 characters", async () => {
  const long = "🧵".repeat(50);
  for (const [way, give] of Object.entries(ways)) {
    expect([way, await give(long)]).toEqual([way, long]);
    expect([way, await give(`${long}🧵`)]).toEqual([way, null]);
  }
});

test("bags and jobs of a name that was stored under an older rule are found, and go on", async () => {
  const old = "Sta\u00adtion 1";
  const [company] = await app.sql`insert into prepuff_company (name) values ('Shelter') returning id`;
  await app.sql`
    insert into prepuff_job (prepuff_company_id, station, target_weight, tolerance_percent, quantity, started_at)
    values (${company?.id}, ${old}, 50, 10, 10, now())`;
  const query = new URLSearchParams({ station: old });
  const found = await (await app.request("GET", `/api/jobs?${query}`)).json();
  expect(found).toMatchObject({ items: [{ station: old, status: "active" }] });
  const [job] = await app.sql<{ id: number }[]>`select id from prepuff_job`;
  expect(
    (await app.request("POST", `/api/jobs/${job?.id}/complete`, { token: tokens.operator })).status,
  ).toBe(200);
});
