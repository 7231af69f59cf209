import { InvalidArgumentError } from "commander";

const timeUnits: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3_600 };
const sizeUnits: Readonly<Record<string, number>> = { "": 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9 };

/** Reads `60s`, `10m` or `2h`, for an option. @returns whole seconds, 1 to `most`. */
export function seconds(most: number): (text: string) => number {
  return amount(timeUnits, most, 1, `It wants a time such as 60s, 10m or 2h, at most ${most / 3_600}h.`);
}

/** Reads `500kB`, `10MB` or a number of bytes, for an option. @returns bytes, 1,000 to `most`. */
export function bytes(most: number): (text: string) => number {
  return amount(
    sizeUnits,
    most,
    1_000,
    `It wants a size such as 500kB or 10MB, from 1kB to ${most / 1e6}MB.`,
  );
}

function amount(
  units: Readonly<Record<string, number>>,
  most: number,
  least: number,
  wanted: string,
): (text: string) => number {
  return (text) => {
    const [, digits = "", unit = ""] = /^(\d{1,12}) ?([a-z]*)$/i.exec(text) ?? [];
    const factor = units[unit.toLowerCase()];
    const value = digits === "" || factor === undefined ? 0 : Number(digits) * factor;
    if (value < least || value > most) throw new InvalidArgumentError(wanted);
    return value;
  };
}
