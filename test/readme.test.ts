import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { z } from "zod";
import { createProgram } from "../src/cli/program.ts";
import { variables } from "../src/config/variables.ts";
import { openApiDocument } from "../src/http/openapi/openapi-document.ts";
import { rejectedReasons } from "../src/weighing/reject-reason.ts";
import { testApp } from "./support/http.ts";

let app: Awaited<ReturnType<typeof testApp>>;
let readme: string;
beforeAll(async () => {
  app = await testApp();
  readme = await Bun.file(join(import.meta.dir, "..", "README.md")).text();
});
afterAll(() => app.stop());

/** The rows of the table whose first column has this heading, without the backticks of code. */
function tableOf(heading: string): string[][] {
  const [, table = ""] = readme.split(`\n| ${heading} |`);
  const [body = ""] = table.split("\n\n");
  return body
    .split("\n")
    .slice(2)
    .map((row) =>
      row
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("`", "")),
    );
}

describe("the README", () => {
  test("names every variable and its default, in the order of `prepuff config`", () => {
    const documented = tableOf("variable").map(([name, byDefault]) => [name, byDefault]);
    const actual = variables.map(({ name, defaultText }) => [name, defaultText.replaceAll("`", "")]);
    expect(documented).toEqual(actual);
  });

  test("names every request of the API with the role that it takes", () => {
    const documented = tableOf("request").map(([request, role]) => `${request}: ${role}`);
    const actual = Object.entries(openApiDocument(app.app).paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, operation]) => `${method.toUpperCase()} ${path}: ${operation["x-role"] ?? "open"}`,
      ),
    );
    expect(documented.sort()).toEqual(actual.sort());
  });

  test("names every metric with its labels", () => {
    const metricSchema = z.looseObject({ name: z.string(), labelNames: z.array(z.string()) });
    const metrics = z.array(metricSchema).parse(app.parts.metrics.registry.getMetricsAsArray());
    const actual = metrics
      .filter(({ name }) => name.startsWith("prepuff_"))
      .map(({ name, labelNames }) => name + (labelNames.length > 0 ? `{${labelNames.join(",")}}` : ""));
    expect(
      tableOf("metric")
        .map(([name]) => name)
        .sort(),
    ).toEqual(actual.sort());
  });

  test("names every reason for which a frame is rejected", () => {
    expect(tableOf("reason").map(([reason]) => reason)).toEqual([...rejectedReasons]);
  });

  test("names every command", () => {
    const documented = tableOf("command").map(([command]) => command);
    const io = {
      env: {},
      cwd: "/",
      stdout: { write: () => undefined, isTty: false },
      stderr: { write: () => undefined },
      finish: () => undefined,
    };
    const actual = createProgram({ version: "0", io }).commands.map((command) => `prepuff ${command.name()}`);
    expect(documented.sort()).toEqual(actual.sort());
  });

  test("links only to headings and files that exist", async () => {
    const anchors = [...readme.matchAll(/^#+ (.+)$/gm)].map(
      ([, title = ""]) =>
        `#${title
          .toLowerCase()
          .replace(/[^\w\- ]/g, "")
          .replaceAll(" ", "-")}`,
    );
    const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, target = ""]) => target);
    expect(links.length).toBeGreaterThan(5);
    for (const link of links) {
      if (link.startsWith("#")) expect(anchors).toContain(link);
      else expect(await Bun.file(join(import.meta.dir, "..", link)).exists(), link).toBe(true);
    }
  });
});
