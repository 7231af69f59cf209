import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { read, utils } from "@e965/xlsx";
import { voidBag } from "../../../src/records/bags/voids.ts";
import { officeCsv } from "../../../src/records/exports/office-csv.ts";
import { xlsx } from "../../../src/records/exports/xlsx.ts";
import { systemClock } from "../../../src/runtime/clock.ts";
import { emptyTables, operator, recordedBag, startedJob } from "../../support/bags.ts";
import { testApp, tokens } from "../../support/http.ts";

const minuteMs = 60_000;
const now = operator.at + 60 * minuteMs;
let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp({ clock: { now: () => now, sleep: systemClock.sleep } });
  await app.request("PUT", "/api/shifts", {
    body: {
      time_zone: "America/Chicago",
      day_starts: "00:00",
      week_starts: 1,
      standstill_minutes: 10,
      currency: "USD",
      shifts: [{ name: "Nácht 1", starts: "22:00", ends: "06:00", days: [1, 2, 3, 4, 5, 6, 7] }],
    },
  });
});
beforeEach(() => emptyTables(app.sql));
afterAll(() => app.stop());

/** Six bags from 03:00 of the plant's time on: too light, three in, one of them in kg, one void, one without a job. */
async function weigh(): Promise<void> {
  await startedJob(app.sql, { company: '=Shelter & "Söhne"' });
  const weights = [
    ["44.9", "lb"],
    ["50.15", "lb"],
    ["22.7", "kg"],
    ["51", "lb"],
    ["99", "lb"],
  ] as const;
  for (const [index, [weight, unit]] of weights.entries()) {
    const bag = await recordedBag(app.sql, { weight, unit, receivedAt: operator.at + index * minuteMs });
    if (weight === "99") await voidBag(app.sql, bag.id, { code: "other", reason: "fell down" }, operator);
  }
  await recordedBag(app.sql, { weight: "10", station: "Station 2", receivedAt: operator.at + 10 * minuteMs });
}

async function download(path: string): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  const answer = await app.request("GET", path, { token: tokens.viewer });
  expect(answer.status).toBe(200);
  return { name: answer.headers.get("content-disposition") ?? "", bytes: await answer.bytes() };
}

const lines = (bytes: Uint8Array) =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes).split("\r\n");

describe("a workbook", () => {
  test("has the report on its first sheet and every bag on the second, numbers as numbers, times of the plant", async () => {
    await weigh();
    const { name, bytes } = await download("/api/reports.xlsx?period=shift&locale=en-US&unit=lb");
    expect(name).toBe('attachment; filename="report-shift-nacht-1-2025-05-31.xlsx"');
    const book = read(bytes, { cellDates: false });
    expect(book.SheetNames).toEqual(["Report", "Bags"]);
    const report = utils.sheet_to_json<unknown[]>(book.Sheets.Report ?? {}, { header: 1 });
    expect(report[0]).toEqual(["Report", "Shift Nácht 1 2025-05-31"]);
    expect(report.find(([figure]) => figure === "Bags")).toEqual(["Bags", 5, 0]);
    expect(report.find(([figure]) => figure === "Weight (lb)")).toEqual(["Weight (lb)", 206.0949, 0]);
    const bags = utils.sheet_to_json<Record<string, unknown>>(book.Sheets.Bags ?? {});
    expect(bags).toHaveLength(6);
    expect(bags.map((bag) => bag.Verdict)).toEqual([
      "Without a job",
      "Too heavy",
      "In tolerance",
      "In tolerance",
      "In tolerance",
      "Too light",
    ]);
    expect(bags[1]).toMatchObject({ "Voided, why": "Other: fell down", "Weight (lb)": 99, "Bag number": 5 });
    expect(bags[3]).toMatchObject({ "Weight (lb)": 50.0449, "Target (lb)": 50, "To target (lb)": 0.0449 });
    expect(bags[5]).toMatchObject({
      Company: '=Shelter & "Söhne"',
      Station: "Station 1",
      Scale: 1,
      "Weight (lb)": 44.9,
    });
    // 03:00 of 1 June 2025, as a spreadsheet counts days.
    expect(Number(bags[5]?.Weighed)).toBeCloseTo(45_809 + 3 / 24, 8);
    expect(book.Sheets.Bags?.A2?.w).toBe("2025-06-01 03:10:00");
    const sum = bags
      .filter((bag) => bag["Voided, why"] === undefined)
      .reduce((all, bag) => all + Number(bag["Weight (lb)"]), 0);
    expect(sum).toBeCloseTo(206.0949, 8);
  });

  test("speaks the reader's language, in kg", async () => {
    await weigh();
    const { bytes } = await download("/api/reports.xlsx?period=day&locale=es-MX&unit=kg");
    const book = read(bytes);
    expect(book.SheetNames).toEqual(["Informe", "Bolsas"]);
    const bags = utils.sheet_to_json<Record<string, unknown>>(book.Sheets.Bolsas ?? {});
    expect(bags[3]).toMatchObject({ "Peso (kg)": 22.7, Resultado: "En tolerancia" });
    expect(bags[5]).toMatchObject({ "Peso (kg)": 20.3663, Resultado: "Pesa de menos" });
  });

  test("goes on on another sheet where one is full, and has no character that XML cannot say", async () => {
    const pages = function* () {
      for (let page = 0; page < 3; page++) {
        yield Array.from({ length: 2 }, () => [{ kind: "text" as const, text: "a\u0000<b>" }]);
      }
    };
    const pieces: Uint8Array[] = [];
    for await (const piece of xlsx([{ name: "Bags", head: ["x"], widths: [9], pages: pages() }], "UTC", 3)) {
      pieces.push(piece);
    }
    const book = read(Buffer.concat(pieces));
    expect(book.SheetNames).toEqual(["Bags", "Bags 2", "Bags 3"]);
    expect(book.Sheets["Bags 3"]?.A2?.v).toBe("a<b>");
  });
});

describe("CSV for offices", () => {
  test("has the separator and decimal sign of the reader's locale, a BOM, times of the plant, words for verdicts", async () => {
    await weigh();
    const english = await download("/api/bags.csv?station=Station%201&locale=en-US");
    expect(english.name).toBe('attachment; filename="bags-2025-06-01.csv"');
    expect([...english.bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const [head, voided, , , , first] = lines(english.bytes);
    expect(head).toBe(
      '\ufeffWeighed,Station,Scale,Job,Company,Product,Lot,Bag number,Weight (lb),Target (lb),To target (lb),Verdict,"Voided, why",Note,Weighed by',
    );
    expect(voided).toContain(",5,99,50.00,49,Too heavy,Other: fell down,,hand");
    // What a spreadsheet would run as a formula is text; a number below 0 is a number.
    expect(first).toBe(
      '2025-06-01 03:00:00,Station 1,1,1,"\'=Shelter & ""Söhne""",,,1,44.9,50.00,-5.1,Too light,,,hand',
    );
    const german = await download("/api/bags.csv?station=Station%201&locale=de-DE&unit=kg");
    expect(lines(german.bytes).at(-2)).toContain(";1;20,3663;22,6796;-2,3133;Too light;");
  });

  test("beside which the form for programs stays as it was", async () => {
    await weigh();
    const { name, bytes } = await download("/api/bags.csv");
    expect(name).toBe('attachment; filename="bags.csv"');
    expect(lines(bytes)[0]).toStartWith("id,uid,job_id,bag_num");
  });

  test("has a report's rows and their total", async () => {
    await weigh();
    const { name, bytes } = await download("/api/reports.csv?period=day&group=company&locale=es-ES&unit=lb");
    expect(name).toBe('attachment; filename="report-day-2025-06-01.csv"');
    const rows = lines(bytes).map((line) => line.split(";"));
    expect(rows.map(([company, bags, weight]) => [company, bags, weight])).toEqual([
      ["\ufeffEmpresa", "Bolsas", "Peso (lb)"],
      [`"'=Shelter & ""Söhne"""`, "4", "196,0949"],
      ["–", "1", "10"],
      ["Total", "5", "206,0949"],
      ["", undefined, undefined],
    ] as never);
  });

  test.each(["xx_YY", "e", ""])("refuses %p as a locale", async (locale) => {
    const answer = await app.request("GET", `/api/bags.csv?locale=${locale}`);
    expect(answer.status).toBe(422);
  });

  test("keeps digits that a spreadsheet knows for readers who write others", () => {
    const reader = { locale: "ar-EG", unit: "lb" as const, timeZone: "UTC" };
    expect(officeCsv(["x"], [[{ kind: "number", value: "12.5" }]], reader)).toBe("\ufeffx\r\n12.5\r\n");
  });
});
