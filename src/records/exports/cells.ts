/** A cell of a file for offices. Numbers are exact decimals of the API; a time is shown in the plant's time zone. */
export type OfficeCell =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "number"; readonly value: string }
  /** Milliseconds since the epoch. */
  | { readonly kind: "time"; readonly at: number }
  | null;

export type OfficeRow = readonly OfficeCell[];

/** null where there is nothing to say. */
export function textCell(text: string | null): OfficeCell {
  return text === null || text === "" ? null : { kind: "text", text };
}

export function numberCell(value: string | number | null): OfficeCell {
  return value === null ? null : { kind: "number", value: String(value) };
}

export function timeCell(at: string): OfficeCell {
  return { kind: "time", at: Date.parse(at) };
}

/** The clock changes at quarters of an hour, if at all. */
const stepMs = 900_000;
const keptMax = 1_000;

/** Writes moments as the clock on the plant's wall shows them, as 2026-11-29T14:05:09.000Z with an untrue Z. */
export function wallClock(timeZone: string): (at: number) => Date {
  const offsets = new Map<number, number>();
  return (at) => {
    const step = Math.floor(at / stepMs);
    let offset = offsets.get(step);
    if (offset === undefined) {
      offset =
        Temporal.Instant.fromEpochMilliseconds(step * stepMs).toZonedDateTimeISO(timeZone).offsetNanoseconds /
        1e6;
      if (offsets.size >= keptMax) offsets.clear();
      offsets.set(step, offset);
    }
    return new Date(at + offset);
  };
}
