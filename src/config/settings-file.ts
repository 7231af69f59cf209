import { resolve } from "node:path";
import { z } from "zod";
import { errorCode } from "../runtime/error-code.ts";
import { type ReadFile, type Text, whyUnreadable } from "./environment.ts";
import { type Fault, quote } from "./fault.ts";
import { findJsonFault } from "./json-fault.ts";
import { didYouMean } from "./suggest.ts";
import { type Name, variables } from "./variables.ts";

const defaultPath = "./settings.json";

// Numbers are accepted as texts and texts as numbers: people write "10001", and a station called 1.
const scalar = z.union([z.string(), z.number()]).transform((value) => String(value).trim());

const keys = ["host", "port", "site_url", "controller", "function", "api_key", "station"] as const;
type Key = (typeof keys)[number];
type Settings = Partial<Record<Key, string>>;

/** The variables that the file can set. */
const settable = variables.flatMap(({ name, legacyKey }) =>
  legacyKey !== undefined || name === "PREPUFF_UPSTREAM_URL" ? [name] : [],
);

const examples = {
  host: "0.0.0.0",
  port: "10001",
  station: "Station 1",
  api_key: "",
  site_url: "https://app.example.com",
  controller: "/api/prepuff",
  function: "scan_bag",
} satisfies Record<Key, string>;

export interface SettingsFile {
  /** The file that was read, as it was named; null: there is none. */
  readonly path: string | null;
  readonly texts: ReadonlyMap<Name, Text>;
  /** Variables that the file does set, or may, but so that it cannot be read. */
  readonly broken: readonly Name[];
  readonly faults: readonly Fault[];
}

/**
 * Reads the settings file of the Python server.
 *
 * @param named what `PREPUFF_SETTINGS` says, if anything: a file that is named must exist.
 * @param hasUpstreamUrl the environment names the upstream, so the file's three parts of it do not matter.
 */
export function readSettingsFile(
  named: Text | undefined,
  hasUpstreamUrl: boolean,
  cwd: string,
  readFile: ReadFile,
): SettingsFile {
  const path = named?.text ?? defaultPath;
  const unusable = (fault: Fault) => ({ path, texts: new Map(), broken: settable, faults: [fault] });
  let content: string;
  try {
    content = readFile(resolve(cwd, path)).replace(/^\uFEFF/, "");
  } catch (error) {
    if (named === undefined && errorCode(error) === "ENOENT") {
      return { path: null, texts: new Map(), broken: [], faults: [] };
    }
    return unusable({
      subject: named?.subject ?? path,
      problem: `the settings file ${quote(path)} ${whyUnreadable(error)}`,
      hint: named === undefined ? "Mend or remove it" : "Name a file that exists, or leave the variable out",
    });
  }
  const syntax = findJsonFault(content);
  if (syntax !== null) {
    return unusable({
      subject: path,
      problem: `not valid JSON at line ${syntax.line}, column ${syntax.column}, expected ${syntax.expected}`,
      hint: "Keys and texts need double quotes, entries a comma between them and none after the last",
    });
  }
  const json: unknown = JSON.parse(content);
  if (!isObject(json)) {
    return unusable({ subject: path, problem: "expected a JSON object", hint: 'Example: {"port": 10001}' });
  }
  const { found, broken, faults } = readKeys(path, json);
  const upstream = hasUpstreamUrl ? null : upstreamUrl(path, json, found);
  return {
    path,
    texts: new Map([...plainTexts(path, found), ...(upstream?.texts ?? [])]),
    broken: upstream === null || upstream.faults.length === 0 ? broken : [...broken, "PREPUFF_UPSTREAM_URL"],
    faults: [...faults, ...(upstream?.faults ?? [])],
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readKeys(path: string, json: Readonly<Record<string, unknown>>) {
  const found: Settings = {};
  const broken: Name[] = [];
  const faults: Fault[] = [];
  for (const [given, value] of Object.entries(json)) {
    const key = keys.find((known) => known === given);
    if (key === undefined) {
      // It may be a slip of any of the keys.
      broken.push(...settable);
      faults.push({
        subject: `${path}: ${quote(given)}`,
        problem: "there is no such key",
        hint: didYouMean(given, keys) || `The keys are ${keys.join(", ")}`,
      });
      continue;
    }
    const parsed = scalar.safeParse(value);
    if (parsed.success) found[key] = parsed.data;
    else {
      const problem = `got ${kindOf(value)}, expected a text or a number`;
      broken.push(variables.find(({ legacyKey }) => legacyKey === key)?.name ?? "PREPUFF_UPSTREAM_URL");
      faults.push({ subject: `${path}: ${key}`, problem, hint: hintForKey(key) });
    }
  }
  return { found, broken, faults };
}

/** The type of a JSON value that is neither text nor number. Never its content: it may hold the key. */
function kindOf(value: unknown): string {
  if (value === null || typeof value === "boolean") return String(value);
  return Array.isArray(value) ? "a list" : "an object";
}

function hintForKey(key: Key): string {
  return key === "api_key"
    ? "Take the token that the API's owner gave"
    : `Example: ${assign(key, examples[key])}`;
}

function assign(key: string, value: string): string {
  return `"${key}": ${/^\d+$/.test(value) ? value : JSON.stringify(value)}`;
}

function plainTexts(path: string, found: Settings): [Name, Text][] {
  return variables.flatMap(({ name, legacyKey }) => {
    const text = legacyKey === undefined ? "" : (found[legacyKey] ?? "");
    if (legacyKey === undefined || text === "") return [];
    return [[name, settingsText(path, legacyKey, text, (value) => assign(legacyKey, value))]];
  });
}

function settingsText(path: string, key: string, text: string, example: Text["example"]): Text {
  const subject = `${path}: ${key}`;
  return { text, from: "settings", subject, origin: subject, example };
}

/**
 * The Python server's `site_url + controller + '/' + function`, with exactly one slash at each joint:
 * files in the field have none, one or two there.
 */
function upstreamUrl(
  path: string,
  json: Readonly<Record<string, unknown>>,
  found: Settings,
): { texts: [Name, Text][]; faults: Fault[] } {
  const parts = ["site_url", "controller", "function"] as const;
  if (parts.every((key) => json[key] === undefined || found[key] === "")) return { texts: [], faults: [] };
  // An empty controller is an API at the site's root; a missing one is an unfinished file.
  const missing = parts.filter(
    (key) => json[key] === undefined || (key !== "controller" && found[key] === ""),
  );
  if (missing.length > 0) {
    const faults = missing.map((key) => ({
      subject: `${path}: ${key}`,
      problem: "missing, expected together with the other parts of the URL (site_url, controller, function)",
      hint: hintForKey(key),
    }));
    return { texts: [], faults };
  }
  if (parts.some((key) => found[key] === undefined)) return { texts: [], faults: [] };
  const text = parts
    .map((key) => (found[key] ?? "").replace(/^\/+|\/+$/g, ""))
    .filter((part) => part !== "")
    .join("/");
  const example = () => parts.map((key) => assign(key, examples[key])).join(", ");
  return {
    texts: [["PREPUFF_UPSTREAM_URL", settingsText(path, parts.join(", "), text, example)]],
    faults: [],
  };
}
