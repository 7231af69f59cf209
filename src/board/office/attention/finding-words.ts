import type { Phrase } from "../../../health/finding-phrases.ts";
import { words } from "../../../health/words.ts";
import { units } from "../../../weighing/units.ts";
import { bagWeight, formatAge, formatMoment, formatNumber } from "../../shared/format.ts";
import { translator } from "../../shared/i18n.ts";
import { word } from "../words.ts";
import { spanishWords } from "./spanish-words.ts";

/** The doctor's words. The English ones are those of `prepuff doctor` itself. */
const sayWord = translator({
  en: words,
  es: spanishWords,
});

/** A phrase of the doctor in the reader's language, with his kind of numbers. */
export function phraseText({ code, values }: Phrase): string {
  const shown = Object.entries(values).map(([name, value]) => [name, shownValue(name, value)]);
  return sayWord(code, { ...Object.fromEntries(shown), ...shownWeight(values) });
}

/** In the unit that the reader chose, as on every other page. */
function shownWeight({ weight, unit }: Phrase["values"]): {
  readonly weight?: string;
  readonly unit?: string;
} {
  const printed = units.find((each) => each === unit);
  if (weight === undefined || printed === undefined) return {};
  const { number, unit: chosen } = bagWeight({ weight: String(weight), unit: printed });
  return { weight: number, unit: chosen };
}

/** The page where the remedy is done; null where it is this one, or none. */
export function placeOf({ code, values }: Phrase): string | null {
  switch (code) {
    case "do_start_job":
    case "do_end_job":
      return `/?station=${encodeURIComponent(String(values.station))}`;
    case "do_gone":
    case "do_mute":
    case "do_repeating":
    case "do_malformed":
    case "do_ambiguous":
    case "do_stale":
    case "do_unknown_scale":
      return "/scales";
    case "do_doubtful":
    case "do_fell_back":
      return "/bags?verdict=no_job&voided=false";
    case "do_same_name":
      return "/jobs";
    case "do_signal":
      return "/quality";
    case "do_mails":
      return "/reports";
    default:
      return null;
  }
}

function shownValue(name: string, value: string | number): string {
  if (name.endsWith("_at")) return formatMoment(value, Date.now(), true);
  if (typeof value === "string") return name === "reason" && word.has(value) ? word(value) : value;
  if (name.endsWith("_seconds")) return formatAge(value * 1000);
  if (name.endsWith("_bytes")) return `${formatNumber(value / 1024 ** 3, 1)} GiB`;
  return formatNumber(value);
}
