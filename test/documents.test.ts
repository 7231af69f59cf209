import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, resolve } from "node:path";
import { z } from "zod";
import packageJson from "../package.json" with { type: "json" };
import { createProgram } from "../src/cli/program.ts";
import { variables } from "../src/config/variables.ts";
import { openApiDocument } from "../src/http/openapi/openapi-document.ts";
import { dialectNames } from "../src/indicators/dialect-names.ts";
import { loadRejections } from "../src/indicators/stream/outcome.ts";
import { rejectedReasons } from "../src/weighing/reject-reason.ts";
import { testApp } from "./support/http.ts";

const root = resolve(import.meta.dir, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const documents = [
  ...readdirSync(root).filter((file) => file.endsWith(".md")),
  ...readdirSync(join(root, "docs"))
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file}`),
  "bench/README.md",
];

let app: Awaited<ReturnType<typeof testApp>>;
beforeAll(async () => {
  app = await testApp();
});
afterAll(() => app.stop());

/** The rows of the document's table whose first column has this heading, without the backticks of code. */
function tableOf(document: string, heading: string): string[][] {
  const [, table = ""] = read(document).split(`\n| ${heading} |`);
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

/** What a cell says in a terminal: without references to other pages, and the bare text of links. */
function withoutLinks(cell: string): string {
  return cell.replace(/ \(\[[^\]]*\]\([^)]*\)\)/g, "").replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
}

test("the README is short enough to be read", () => {
  expect(read("README.md").split("\n").length).toBeLessThanOrEqual(201);
});

describe("the reference", () => {
  test("names every variable, its default and its meaning as `prepuff config --list` does", () => {
    const documented = tableOf("docs/configuration.md", "variable").map((row) => row.map(withoutLinks));
    const actual = variables.map(({ name, defaultText, description }) =>
      [name, defaultText, description].map((text) => text.replaceAll("`", "")),
    );
    expect(documented).toEqual(actual);
  });

  test("names every request of the API with the role that it takes", () => {
    const documented = tableOf("docs/api.md", "request").map(([request, role]) => `${request}: ${role}`);
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
      tableOf("docs/metrics.md", "metric")
        .map(([name]) => name)
        .sort(),
    ).toEqual(actual.sort());
  });

  test("names every reason for which a frame is rejected", () => {
    expect(tableOf("docs/scales.md", "reason").map(([reason]) => reason)).toEqual([...rejectedReasons]);
  });

  test("names every reason for which a load is no bag", () => {
    const documented = tableOf("docs/streams.md", "reason").map(([reason]) => reason);
    expect(documented).toEqual([...loadRejections]);
  });

  test("names every command", () => {
    const documented = tableOf("docs/commands.md", "command").map(([command]) => command);
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
});

test("each dialect has its section, in their order", () => {
  const titles = [...read("docs/indicators.md").matchAll(/^## `(.+)`$/gm)].map(([, title = ""]) => title);
  expect<readonly string[]>(titles).toEqual(dialectNames);
});

test("the runbooks stand alone, so they bring what asks the API, as the other documents have it", () => {
  const [, asks = ""] = /^```sh\n(API=.*?)^```$/ms.exec(read("docs/commands.md")) ?? [];
  expect(asks).not.toBe("");
  expect(read("docs/runbooks.md")).toContain(asks);
});

test("the messages that troubleshooting explains are ones that the program says", () => {
  const sources = [...new Bun.Glob("src/**/*.{ts,tsx}").scanSync({ cwd: root })].map(read).join("\n");
  const messages = tableOf("docs/troubleshooting.md", "it says").map(([message = ""]) => message);
  expect(messages.length).toBeGreaterThan(8);
  const parts = messages
    .filter((message) => !message.includes(" in the ledger "))
    .flatMap((message) => message.split(/ ?… ?| N\b ?/))
    .filter((part) => part !== "");
  expect(parts.filter((part) => !sources.includes(part))).toEqual([]);
});

describe.each(documents)("%s", (document) => {
  const text = read(document);

  test("links only to headings and files that exist", () => {
    for (const [, link = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link)) continue;
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? document : normalize(join(dirname(document), path));
      expect(existsSync(join(root, target)), link).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(read(target)), link).toContain(anchor);
    }
  });

  test("names only files of this repository that exist", () => {
    // What has moved away is named by the changelog alone.
    if (document === "CHANGELOG.md") return;
    for (const [, path = ""] of text.matchAll(/`((?:src|test|docs|bench|grafana|deploy|\.ci)\/[^`\s]*)`/g)) {
      const places = /[*{]/.test(path) ? [...new Bun.Glob(path).scanSync({ cwd: root })] : [path];
      expect(
        places.some((place) => existsSync(join(root, place))),
        path,
      ).toBe(true);
    }
  });

  test("names this version if it names an image or Bun", () => {
    for (const [, version] of text.matchAll(/\bprepuff:(\d+\.[\w.]+)/g))
      expect(version).toBe(packageJson.version);
    for (const [, version] of text.matchAll(/\bbun@(\d[\w.]*)/g))
      expect(version).toBe(packageJson.engines.bun);
  });
});

/** As GitHub makes them: `## What is "it"?` → `what-is-it`. */
function anchorsOf(text: string): string[] {
  const withoutCode = text.replace(/^```.*?^```$/gms, "");
  return [...withoutCode.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}
