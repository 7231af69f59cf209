import { redactText } from "../logging/redact.ts";
import { fillText, type NamesIn } from "../runtime/plural-text.ts";
import type { Finding, Line } from "./check.ts";
import { duration } from "./duration.ts";
import type { FindingPhrases, Phrase } from "./finding-phrases.ts";
import { type Word, words } from "./words.ts";

type ValuesOf<Code extends Word> = Readonly<Record<NamesIn<(typeof words)[Code]>, string | number>>;

/** `phrase("mute", { mute: 1, connections: 3 })`: the compiler knows which values a text has. */
export function phrase<const Code extends Word>(
  code: Code,
  ...[values]: NamesIn<(typeof words)[Code]> extends never ? [] : [ValuesOf<Code>]
): Phrase {
  return { code, values: values ?? {} };
}

/** A finding as a line of the report, about what has a name or is said by a phrase. */
export function lineOf(thing: string | Phrase, { state, what, remedy, severity }: Finding): Line {
  const name = englishOf(thing);
  if (typeof what === "string" || typeof thing === "string" || typeof remedy === "string") {
    const detail = typeof what === "string" ? what : phrasesOf(what).map(english).join("; ");
    return { name, state, detail, remedy: remedy === null ? null : englishOf(remedy), severity };
  }
  const phrases = phrasesOf(what);
  return {
    name,
    state,
    detail: phrases.map(english).join("; "),
    remedy: remedy === null ? null : english(remedy),
    severity,
    said: {
      check: redacted(thing),
      what: phrases.map(redacted),
      remedy: remedy === null ? null : redacted(remedy),
    },
  };
}

function phrasesOf(what: Phrase | readonly Phrase[]): readonly Phrase[] {
  return "code" in what ? [what] : what;
}

function englishOf(text: string | Phrase): string {
  return typeof text === "string" ? text : english(text);
}

function english({ code, values }: Phrase): string {
  const shown = Object.entries(values).map(([name, value]) => [name, shownValue(name, value)]);
  return fillText(words[code], Object.fromEntries(shown), "en");
}

function shownValue(name: string, value: string | number): string {
  if (name.endsWith("_at")) return `${String(value).slice(0, 19).replace("T", " ")} UTC`;
  if (name.endsWith("_seconds")) return duration(Number(value) * 1000);
  if (name.endsWith("_bytes")) return `${(Number(value) / 1024 ** 3).toFixed(1)} GiB`;
  return String(value);
}

/** Another program's message may contain a secret. */
function redacted(said: Phrase): Phrase {
  return changed(said, redactText);
}

function changed({ code, values }: Phrase, change: (text: string) => string): Phrase {
  const shown = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === "string" ? change(value) : value,
  ]);
  return { code, values: Object.fromEntries(shown) };
}

/** The same with what `hide` takes out of its values. */
export function hiddenIn(
  { check, what, remedy }: FindingPhrases,
  hide: (text: string) => string,
): FindingPhrases {
  const hidden = (said: Phrase) => changed(said, hide);
  return { check: hidden(check), what: what.map(hidden), remedy: remedy === null ? null : hidden(remedy) };
}
