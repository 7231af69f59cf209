import type { Phrase } from "../../../doctor/phrase.ts";
import { words } from "../../../doctor/words.ts";
import { formatAge, formatDecimal, formatNumber } from "../../shared/format.ts";
import { translator } from "../../shared/i18n.ts";
import { word } from "../words.ts";
import { spanishWords } from "./spanish-words.ts";

/** The doctor's words. The English ones are those of `prepuff doctor` itself. */
const sayWord = translator({
  en: words,
  es: spanishWords,
});

/** A phrase of the doctor in the reader's language, with his kind of numbers. */
export function tell({ code, values }: Phrase): string {
  const shown = Object.entries(values).map(([name, value]) => [name, shownValue(name, value)]);
  return sayWord(code, Object.fromEntries(shown));
}

/** The page where the remedy is done; null where it is this one, or none. */
export function placeOf({ code, values }: Phrase): string | null {
  switch (code) {
    case "do_start_job":
      return `/?station=${encodeURIComponent(String(values.station))}`;
    case "do_gone":
    case "do_mute":
    case "do_repeating":
    case "do_malformed":
    case "do_unknown_scale":
      return "/scales";
    case "do_doubtful":
      return "/bags?verdict=no_job&voided=false";
    case "do_same_name":
      return "/jobs";
    default:
      return null;
  }
}

function shownValue(name: string, value: string | number): string {
  if (name === "weight") return formatDecimal(String(value));
  if (typeof value === "string") return name === "reason" && word.has(value) ? word(value) : value;
  if (name.endsWith("_seconds")) return formatAge(value * 1000);
  if (name.endsWith("_bytes")) return `${formatNumber(value / 1024 ** 3, 1)} GiB`;
  return formatNumber(value);
}
