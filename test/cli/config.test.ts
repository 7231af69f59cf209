import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { variables } from "../../src/config/variables.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { prepuff } from "./captured.ts";

const token = "hunter22-hunter22";

test("prepuff config prints each variable with its value and where it came from, in aligned columns", async () => {
  using folder = tempFolder();
  writeFileSync(join(folder.path, "settings.json"), '{"port": 10002}');
  writeFileSync(join(folder.path, "db"), `postgres://prepuff:${token}@db:5432/prepuff`);
  const env = { PREPUFF_STATION: "Halle Süd", PREPUFF_VIEWER_TOKEN: token, DATABASE_URL_FILE: "./db" };
  const { code, out, err } = await prepuff(["config"], { env, cwd: folder.path });
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const lines = out.trimEnd().split("\n");
  const column = lines[0]?.indexOf("FROM") ?? -1;
  const line = (name: string) => lines.find((text) => text.startsWith(`${name} `)) ?? "";
  expect(lines).toHaveLength(variables.length + 1);
  expect(line("PREPUFF_SCALE_PORT").slice(column)).toBe("./settings.json: port");
  expect(line("PREPUFF_STATION").slice(column)).toBe("environment");
  expect(line("PREPUFF_HTTP_PORT").slice(column)).toBe("default");
  expect(line("DATABASE_URL").slice(column)).toBe("file ./db");
  expect(line("DATABASE_URL")).toContain(" postgres://prepuff:********@db:5432/prepuff ");
  expect(line("PREPUFF_VIEWER_TOKEN")).toContain(" ******** ");
});

test("prepuff config --json prints the same for programs", async () => {
  const { code, out } = await prepuff(["config", "--json"], { env: { PREPUFF_SCALE_PORT: "10002" } });
  expect(code).toBe(0);
  const { variables: printed, warnings } = JSON.parse(out);
  expect(warnings).toEqual([]);
  expect(printed).toHaveLength(variables.length);
  expect(printed).toContainEqual({
    name: "PREPUFF_SCALE_PORT",
    value: "10002",
    from: "environment",
    origin: "environment",
  });
});

test("prepuff config prints all faults on standard error and ends with 2", async () => {
  const env = { PREPUFF_SCALE_PROT: "1", PREPUFF_LOG_LEVEL: "loud" };
  for (const argv of [["config"], ["config", "--json"]]) {
    expect(await prepuff(argv, { env })).toEqual({
      code: 2,
      out: "",
      err: [
        "prepuff: the configuration has 2 faults",
        "  PREPUFF_SCALE_PROT: there is no such variable. Did you mean PREPUFF_SCALE_PORT?",
        '  PREPUFF_LOG_LEVEL: got "loud", expected trace, debug, info, warn, error or fatal. Example: PREPUFF_LOG_LEVEL=info',
        "",
      ].join("\n"),
    });
  }
});

test("prepuff config tells warnings on standard error and still ends with 0", async () => {
  const { code, err } = await prepuff(["config"], {
    env: { PREPUFF_UPSTREAM_URL: "https://a.example/scan_bag" },
  });
  expect(code).toBe(0);
  expect(err).toBe(
    "warning: PREPUFF_UPSTREAM_URL: bags are forwarded without a token. Set PREPUFF_UPSTREAM_TOKEN if the API wants one\n",
  );
});

test("prepuff config --list prints every variable with its default, whatever is set", async () => {
  const { code, out } = await prepuff(["config", "--list"], { env: { PREPUFF_LOG_LEVEL: "loud" } });
  expect(code).toBe(0);
  for (const { name, defaultText, description } of variables) {
    expect(out).toMatch(
      new RegExp(`^${name} +${RegExp.escape(defaultText)} +${RegExp.escape(description)}$`, "m"),
    );
  }
});

test("no secret is ever in the output", async () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9_~-]{16,40}$/);
  await fc.assert(
    fc.asyncProperty(secret, secret, fc.boolean(), fc.boolean(), async (one, other, isJson, isBad) => {
      const env = {
        PREPUFF_ADMIN_TOKEN: one,
        PREPUFF_UPSTREAM_TOKEN: `Bearer ${other}`,
        PREPUFF_UPSTREAM_URL: `https://a.example/scan_bag?key=${other}`,
        // A parameter that is not known is refused, and not shown: it may be a part of the password.
        DATABASE_URL: `postgres://u:${other}@db/prepuff${isBad ? `?sslpassword=${one}` : ""}`,
        ...(isBad ? { PREPUFF_VIEWER_TOKEN: one, PREPUFF_INGEST_TOKEN: one.slice(0, 15) } : {}),
      };
      const { code, out, err } = await prepuff(isJson ? ["config", "--json"] : ["config"], { env });
      expect(code).toBe(isBad ? 2 : 0);
      for (const part of [one.slice(0, 15), other]) expect(out + err).not.toContain(part);
    }),
    { numRuns: 50 },
  );
});
