import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { tempFolder } from "../support/temp-folder.ts";
import { prepuff } from "./captured.ts";

async function identify(bytes: string, ...options: string[]) {
  using folder = tempFolder();
  writeFileSync(join(folder.path, "capture"), bytes, "latin1");
  return await prepuff(["identify", ...options, "capture"], { cwd: folder.path });
}

const answer = z.object({
  dialects: z.array(
    z.looseObject({
      dialect: z.string(),
      confidence: z.number(),
      command: z.string(),
      prints: z.array(z.unknown()),
    }),
  ),
});

test("prepuff identify says which dialect fits, what the prints would be, and how to set it", async () => {
  const { code, out } = await identify("G   12.50 lb M\r\n".repeat(7));
  expect(code).toBe(0);
  expect(out.split("\n").slice(0, 10)).toEqual([
    expect.stringMatching(/^awtx {2}0\.98 {2}Avery Weigh-Tronix/),
    "  prints end with CRLF, and say lb, stable, gross or net",
    ...Array.from({ length: 5 }, () => '  "G   12.50 lb M"  weight 12.50 lb gross moving'),
    "  … 2 more",
    "  prepuff read --dialect awtx",
    '  in PREPUFF_SOURCES: "dialect": "awtx"',
  ]);
});

test("with --json the dialects come best first, with what they leave open", async () => {
  const { out } = await identify("000013.5\r\n000013.6\r\n", "--json");
  const [first, ...others] = answer.parse(JSON.parse(out)).dialects;
  expect(first).toMatchObject({ dialect: "st-gs", command: "prepuff read --dialect st-gs --unit …" });
  expect(first?.prints).toHaveLength(2);
  for (const other of others) expect(other.confidence).toBeLessThanOrEqual(first?.confidence ?? 0);
});

test("where no dialect looks so, a format that reads all prints is proposed", async () => {
  const { code, out } = await identify("#7's 12.50\r\n#8's 12.60\r\n");
  expect(code).toBe(0);
  expect(out.split("\n").slice(0, 5)).toEqual([
    "format  no dialect looks like these prints, and this format reads all of them: check it before you use it",
    '  "#7\'s 12.50"  weight 12.50',
    '  "#8\'s 12.60"  weight 12.60',
    "  prepuff read --format '{35}{T.CNT.1}'\\''s {T.ACT.1}#CR#LF' --unit …",
    '  in PREPUFF_SOURCES: "dialect": "format", "format": "{35}{T.CNT.1}\'s {T.ACT.1}#CR#LF"',
  ]);
  const formats = z.object({ formats: z.array(z.looseObject({ format: z.string() })) });
  const json = formats.parse(JSON.parse((await identify("W=1.5 kg\nW=1.6 kg\n", "--json")).out));
  expect(json.formats).toMatchObject([
    {
      format: "W={T.ACT.1} {T.UNIT.1}#LF",
      command: "prepuff read --format 'W={T.ACT.1} {T.UNIT.1}#LF'",
      source: { dialect: "format", format: "W={T.ACT.1} {T.UNIT.1}#LF" },
    },
  ]);
});

test("where nothing fits the answer is no", async () => {
  expect(await identify("\x01\x01\r\n")).toMatchObject({ code: 1, out: "no dialect fits\n" });
  expect(await identify("", "--json")).toMatchObject({ code: 1, out: '{"dialects":[],"formats":[]}\n' });
});

test("a file that cannot be read is told", async () => {
  const { code, err } = await prepuff(["identify", "nothing"]);
  expect(code).toBe(1);
  expect(err).toContain("nothing cannot be read");
});
