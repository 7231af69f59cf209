import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tempFolder } from "../support/temp-folder.ts";
import { faultsOf, load } from "./faults.ts";

/** Whatever the Python server's file says today. */
const legacy = {
  host: "0.0.0.0",
  port: 10001,
  site_url: "https://app.shelter.example.com",
  controller: "/api/prepuff",
  function: "scan_bag",
  api_key: "Bearer_Token_String_Here",
  station: "Station 1",
};

function withFile<T>(content: unknown, use: (cwd: string) => T): T {
  using folder = tempFolder();
  const text = typeof content === "string" ? content : JSON.stringify(content);
  writeFileSync(join(folder.path, "settings.json"), text);
  return use(folder.path);
}

const loadFile = (content: unknown, env: Record<string, string> = {}) =>
  withFile(content, (cwd) => load(env, cwd));
const faultsOfFile = (content: unknown, env: Record<string, string> = {}) =>
  withFile(content, (cwd) => faultsOf(env, cwd));

test("the Python server's settings.json works as it is", () => {
  const { config, values } = loadFile(legacy);
  expect(config.scale).toMatchObject({ host: "0.0.0.0", port: 10_001 });
  expect(config.station.fallback).toBe("Station 1");
  expect(config.upstream).toMatchObject({
    url: "https://app.shelter.example.com/api/prepuff/scan_bag",
    token: "Bearer_Token_String_Here",
  });
  expect(values.filter(({ from }) => from === "settings").map(({ origin }) => origin)).toEqual([
    "./settings.json: host",
    "./settings.json: port",
    "./settings.json: station",
    "./settings.json: site_url, controller, function",
    "./settings.json: api_key",
  ]);
});

test("doubled and missing slashes in the three parts of the URL do not matter", () => {
  for (const [site_url, controller, name] of [
    ["https://a.example/", "/api/prepuff/", "/scan_bag"],
    ["https://a.example", "api/prepuff", "scan_bag"],
    ["https://a.example//", "", "/api/prepuff/scan_bag"],
  ]) {
    const { config } = loadFile({ site_url, controller, function: name });
    expect(config.upstream?.url).toBe("https://a.example/api/prepuff/scan_bag");
  }
});

test("an api_key that begins with the word Bearer and a blank loses it, once; any other keeps its letters", () => {
  const token = (api_key: string) => loadFile({ ...legacy, api_key }).config.upstream?.token;
  expect(token("Bearer abc")).toBe("abc");
  expect(token("bearer   abc")).toBe("abc");
  expect(token("Bearer_abc")).toBe("Bearer_abc");
  expect(token("BearerToken")).toBe("BearerToken");
});

test("numbers may be written as texts and texts as numbers; empty texts count as not set", () => {
  const { config } = loadFile({
    port: "10002",
    station: 7,
    api_key: "",
    site_url: "",
    controller: "",
    function: "",
  });
  expect(config.scale.port).toBe(10_002);
  expect(config.station.fallback).toBe("7");
  expect(config.upstream).toBeNull();
});

test("a byte order mark at the beginning of the file does not matter", () => {
  expect(loadFile(`\uFEFF{"port": 10002}`).config.scale.port).toBe(10_002);
});

test("PREPUFF_UPSTREAM_URL replaces the file's three parts, also where these are unfinished", () => {
  const env = { PREPUFF_UPSTREAM_URL: "https://b.example/scan" };
  expect(loadFile({ site_url: "https://a.example" }, env).config.upstream?.url).toBe(
    "https://b.example/scan",
  );
});

test("PREPUFF_SETTINGS names another file, which must exist", () => {
  using folder = tempFolder();
  writeFileSync(join(folder.path, "plant.json"), '{"port": 10002}');
  const { config, values } = load({ PREPUFF_SETTINGS: "./plant.json" }, folder.path);
  expect(config.scale.port).toBe(10_002);
  expect(values[0]).toMatchObject({ name: "PREPUFF_SETTINGS", value: join(folder.path, "plant.json") });
  expect(faultsOf({ PREPUFF_SETTINGS: "./other.json" }, folder.path)).toEqual([
    'PREPUFF_SETTINGS: the settings file "./other.json" does not exist. Name a file that exists, or leave the variable out',
  ]);
});

test("a folder in the place of settings.json is a fault", () => {
  using folder = tempFolder();
  mkdirSync(join(folder.path, "settings.json"));
  expect(faultsOf({}, folder.path)).toEqual([
    './settings.json: the settings file "./settings.json" is a folder, not a file. Mend or remove it',
  ]);
});

test("a bad value names the file, the key, what was given and what is expected", () => {
  expect(faultsOfFile({ port: "ten" })).toEqual([
    './settings.json: port: got "ten", expected a whole number from 0 to 65535. Example: "port": 10001',
  ]);
  expect(faultsOfFile({ host: "a b" })).toEqual([
    './settings.json: host: got "a b", expected an IP address or a host name. Example: "host": "0.0.0.0"',
  ]);
  expect(faultsOfFile({ station: "x".repeat(51) })).toEqual([
    `./settings.json: station: got "${"x".repeat(51)}", expected 1 to 50 characters, none of them a control character. Example: "station": "Station 1"`,
  ]);
  expect(faultsOfFile({ ...legacy, site_url: "app.example.com" })).toEqual([
    './settings.json: site_url, controller, function: got a value that is not shown, expected an http:// or https:// URL, such as https://app.example.com/api/prepuff/scan_bag. Example: "site_url": "https://app.example.com", "controller": "/api/prepuff", "function": "scan_bag"',
  ]);
});

test("a value of the wrong kind is a fault", () => {
  expect(
    faultsOfFile({ port: true, host: ["0.0.0.0"], station: null, api_key: { key: "hunter22" } }),
  ).toEqual([
    './settings.json: port: got true, expected a text or a number. Example: "port": 10001',
    './settings.json: host: got a list, expected a text or a number. Example: "host": "0.0.0.0"',
    './settings.json: station: got null, expected a text or a number. Example: "station": "Station 1"',
    "./settings.json: api_key: got an object, expected a text or a number. Take the token that the API's owner gave",
  ]);
});

test("an unknown key is a fault, with the key that may have been meant", () => {
  expect(faultsOfFile({ prot: 1, url: "x", colour: "blue" })).toEqual([
    './settings.json: "prot": there is no such key. Did you mean port?',
    './settings.json: "url": there is no such key. Did you mean site_url?',
    './settings.json: "colour": there is no such key. The keys are host, port, site_url, controller, function, api_key, station',
  ]);
});

test("a part of the URL that is missing is a fault", () => {
  expect(faultsOfFile({ site_url: "https://a.example", api_key: "abc" })).toEqual([
    './settings.json: controller: missing, expected together with the other parts of the URL (site_url, controller, function). Example: "controller": "/api/prepuff"',
    './settings.json: function: missing, expected together with the other parts of the URL (site_url, controller, function). Example: "function": "scan_bag"',
  ]);
});

test("an api_key without a URL is a fault", () => {
  expect(faultsOfFile({ api_key: "abc" })).toEqual([
    "./settings.json: api_key: a token without a URL, expected PREPUFF_UPSTREAM_URL too. Example: PREPUFF_UPSTREAM_URL=https://app.example.com/api/prepuff/scan_bag",
  ]);
});

test("a list or a text in place of an object is a fault", () => {
  for (const content of ["[1]", '"port"', "null", "1"]) {
    expect(faultsOfFile(content)).toEqual([
      './settings.json: expected a JSON object. Example: {"port": 10001}',
    ]);
  }
});

const rest = "Keys and texts need double quotes, entries a comma between them and none after the last";
const broken: readonly (readonly [string, string, number, number, string])[] = [
  ["an empty file", "", 1, 1, "a value (text needs double quotes)"],
  ["a missing comma", '{"port": 1\n "host": "x"}', 2, 2, '"," or "}"'],
  ["a comma after the last entry", '{"port": 1,\n}', 2, 1, 'no "," before "}"'],
  ["a key without quotes", "{port: 1}", 1, 2, "a key in double quotes"],
  ["a text without quotes", '{"api_key": hunter22}', 1, 13, "a value (text needs double quotes)"],
  ["a missing colon", '{"port" 1}', 1, 9, '":" after the key'],
  ["a text without an end", '{"host": "x\n}', 1, 12, 'a closing "'],
  ["a lone backslash", '{"host": "C:\\x"}', 1, 13, 'a valid escape (a backslash is written "\\\\")'],
  ["something behind the object", '{"port": 1} {', 1, 13, "the end of the file"],
];

for (const [what, content, line, column, expected] of broken) {
  test(`${what} in settings.json is a fault with its line and column, without the text`, () => {
    expect(faultsOfFile(content)).toEqual([
      `./settings.json: not valid JSON at line ${line}, column ${column}, expected ${expected}. ${rest}`,
    ]);
  });
}
