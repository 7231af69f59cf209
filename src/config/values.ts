import { isIP } from "node:net";
import { z } from "zod";
import { nameSchema, stationLengthMax, stationSchema } from "../runtime/typed-text.ts";
import { idMax } from "../weighing/ids.ts";
import { readDatabaseUrl } from "./database-url.ts";
import { quote } from "./fault.ts";

/**
 * The kinds of values that a variable can have: each parses text and, if it cannot, says what it expected. Every
 * message continues the sentence `NAME: got "…", `.
 */

const plantLengthMax = 100;

/** A whole number in decimal digits, bounds included. */
export function wholeNumber(min: number, max: number, unit = "") {
  const error = `expected a whole number${unit === "" ? "" : ` of ${unit}`} from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, { error, abort: true })
    .transform(Number)
    .pipe(z.int({ error }).min(min, { error }).max(max, { error }));
}

/** A TCP port; 0: any free one. */
export function port() {
  return wholeNumber(0, 65_535);
}

/** An address or a host name to listen on. IPv6 may come in brackets. */
export function listenHost() {
  const label = /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)$/;
  return z
    .string()
    .transform((text) => (/^\[.*\]$/.test(text) ? text.slice(1, -1) : text))
    .refine(
      // All digits and dots, but no valid address: a mistyped one, not a name.
      (host) =>
        isIP(host) !== 0 ||
        (!/^[\d.]+$/.test(host) && host.length <= 253 && host.split(".").every((part) => label.test(part))),
      { error: "expected an IP address or a host name" },
    );
}

/** `mail.plant.example:587`. */
export function hostAndPort() {
  const form = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]{1,253}):(\d{1,5})$/;
  return z.string().transform((text, context) => {
    const [, host = "", port = "0"] = form.exec(text) ?? [];
    if (host !== "" && Number(port) >= 1 && Number(port) <= 65_535) {
      return { host: host.replace(/^\[|\]$/g, ""), port: Number(port) };
    }
    context.addIssue({
      code: "custom",
      message: "expected a host and a port from 1 to 65535, with a colon between them",
    });
    return z.NEVER;
  });
}

export function mailAddress() {
  return z.email({ error: "expected a mail address" });
}

/** Whatever another system gave. */
export function text() {
  return z.string();
}

/** One of `words`, in any case. */
export function oneOf<const W extends readonly [string, ...string[]]>(words: W) {
  return z
    .string()
    .toLowerCase()
    .pipe(z.enum(words, { error: `expected ${words.join(", ").replace(/, ([^,]+)$/, " or $1")}` }));
}

/** A tolerance in percent: a decimal string from 0 to 100 with up to two decimals, no needless leading zeros. */
export function percent() {
  return z
    .string()
    .regex(/^0*(?:\d{1,2}(?:\.\d{1,2})?|100(?:\.0{1,2})?)$/, {
      error: "expected a percentage from 0 to 100 with a decimal point, at most two decimals and no % sign",
    })
    .transform((text) => text.replace(/^0+(?=\d)/, ""));
}

/** A bearer token of one of the roles. */
export function roleToken() {
  return z.string().regex(/^[\x21-\x7e]{16,512}$/, {
    error: "expected 16 to 512 printable ASCII characters without blanks",
  });
}

/**
 * The token for the upstream API, of any length. The Python server put `Bearer ` in front of it; if the value begins
 * with that as well, this one prefix (and nothing else) is removed.
 */
export function upstreamToken() {
  return z
    .string()
    .transform((text) => text.replace(/^bearer\s+/i, ""))
    .refine((token) => /^[\x21-\x7e]{1,4096}$/.test(token) && !/^bearer$/i.test(token), {
      error:
        'expected a token of printable ASCII characters without blanks (a leading "Bearer " is taken away)',
    });
}

/** A folder or file. */
export function path() {
  return z.string().refine((text) => text !== "" && !text.includes("\0"), { error: "expected a path" });
}

/** A name, as `schema` has it. */
function name(schema: z.ZodType<string>, lengthMax: number) {
  return z.string().transform((text, context): string => {
    const found = schema.safeParse(text);
    if (found.success) return found.data;
    const fault = found.error.issues.find(({ code }) => code === "custom");
    const wanted = `expected 1 to ${lengthMax} characters, none of them a control character`;
    context.addIssue(fault === undefined ? wanted : `${wanted}; it ${fault.message}`);
    return z.NEVER;
  });
}

export function plant() {
  return name(nameSchema(plantLengthMax), plantLengthMax);
}

export function station() {
  return name(stationSchema, stationLengthMax);
}

/** Addresses and CIDRs, separated by commas. `isCidr` is the reader that the listener uses. */
export function cidrList(isCidr: (text: string) => boolean) {
  return z.string().transform((text, context): readonly string[] => {
    const entries = split(text);
    for (const entry of entries.filter((e) => !isCidr(e))) {
      context.addIssue(
        `expected addresses or CIDRs such as 10.0.0.0/8,192.168.1.20, but ${quote(entry)} is neither`,
      );
    }
    return entries;
  });
}

/** `3:2,4:1`: a printed scale id and the scale that it stands in for. */
export function aliases() {
  return z.string().transform((text, context): ReadonlyMap<number, number> => {
    const found = new Map<number, number>();
    for (const { id, entry, rest } of pairs(text)) {
      const target = scaleId(rest);
      if (id === null || target === null) {
        context.addIssue(
          `expected pairs such as 3:2,4:1 of scale ids from 1 to ${idMax}, but ${quote(entry)} is none`,
        );
      } else if (id === target) context.addIssue(`expected another scale for ${id} than itself`);
      else if (found.has(id)) context.addIssue(`expected each printed scale once, but ${id} comes twice`);
      else found.set(id, target);
    }
    for (const [printed, target] of found) {
      const next = found.get(target);
      if (next === undefined) continue;
      context.addIssue(
        `expected no alias of an alias, but ${printed} stands in for ${target}, which stands in for ${next}`,
      );
    }
    return found;
  });
}

/** `1:Station 1,2:Station 2`: a scale id and its station. A name may hold blanks and colons, but no comma. */
export function stations() {
  return z.string().transform((text, context): ReadonlyMap<number, string> => {
    const found = new Map<number, string>();
    for (const { id, entry, rest } of pairs(text)) {
      const name = stationSchema.safeParse(rest);
      if (id === null || !name.success) {
        context.addIssue(
          `expected pairs such as 1:Station 1,2:Station 2 (scale ids from 1 to ${idMax}, names of 1 to ${stationLengthMax} characters), but ${quote(entry)} is none`,
        );
      } else if (found.has(id)) context.addIssue(`expected each scale once, but ${id} comes twice`);
      else found.set(id, name.data);
    }
    return found;
  });
}

/** `postgres://user:password@host:port/database?parameters`; several hosts, separated by commas, are allowed. */
export function databaseUrl() {
  return z.string().transform((text, context) => {
    const read = readDatabaseUrl(text);
    if ("faults" in read) for (const fault of read.faults) context.addIssue(fault);
    return text;
  });
}

/** The full URL of `scan_bag`. User names and passwords in it are refused: `fetch` does, and logs show URLs. */
export function upstreamUrl() {
  return z
    .string()
    .refine((text) => /^https?:\/\//i.test(text) && URL.canParse(text), {
      error: "expected an http:// or https:// URL, such as https://app.example.com/api/prepuff/scan_bag",
      abort: true,
    })
    .refine((text) => new URL(text).username === "" && new URL(text).password === "", {
      error: "expected a URL without a user name or password (the token has a variable of its own)",
    })
    .refine((text) => new URL(text).hash === "", { error: 'expected a URL without a "#…" part' })
    .transform((text) => new URL(text).href);
}

function split(text: string): string[] {
  // An empty entry is refused: `1:A,,2:B` has more likely lost a station than gained a comma.
  return text.split(",").map((entry) => entry.trim());
}

function pairs(text: string): { entry: string; id: number | null; rest: string }[] {
  return split(text).map((entry) => {
    const [left = "", ...right] = entry.split(":");
    return { entry, id: scaleId(left.trim()), rest: right.join(":").trim() };
  });
}

function scaleId(text: string): number | null {
  const id = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  return id >= 1 && id <= idMax ? id : null;
}
