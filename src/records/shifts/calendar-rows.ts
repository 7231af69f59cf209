import { type Actor, audit } from "../../audit/audit.ts";
import type { Executor, Sql } from "../../database/types.ts";
import { type Calendar, plainCalendar, type Shift } from "./calendar.ts";

interface PlantRow {
  readonly time_zone: string | null;
  readonly day_starts: string;
  readonly week_starts: number;
  readonly standstill_minutes: number;
  readonly currency: string;
}

/** The plant's calendar; shifts in the order in which they begin. */
export async function readCalendar(sql: Executor, plant: number): Promise<Calendar> {
  const [row] = await sql<PlantRow[]>`
    select time_zone, to_char(day_starts, 'HH24:MI') as day_starts, week_starts, standstill_minutes,
      currency
    from plant
    where id = ${plant}`;
  if (row === undefined) return plainCalendar();
  const shifts = await sql<Shift[]>`
    select name, to_char(starts, 'HH24:MI') as starts, to_char(ends, 'HH24:MI') as ends, days
    from shift
    where plant_id = ${plant}
    order by shift.starts, name`;
  return { ...row, time_zone: row.time_zone ?? plainCalendar().time_zone, shifts: [...shifts] };
}

/** Puts a calendar in the place of the plant's, with its audit event in the same transaction. */
export async function writeCalendar(sql: Sql, calendar: Calendar, by: Actor): Promise<Calendar> {
  return sql.begin(async (tx) => {
    await tx`select from plant where id = ${by.plant} for no key update`;
    const before = await readCalendar(tx, by.plant);
    await tx`
      update plant
      set
        time_zone = ${calendar.time_zone},
        day_starts = ${calendar.day_starts},
        week_starts = ${calendar.week_starts},
        standstill_minutes = ${calendar.standstill_minutes},
        currency = ${calendar.currency}
      where id = ${by.plant}`;
    await tx`delete from shift where plant_id = ${by.plant}`;
    for (const { name, starts, ends, days } of calendar.shifts) {
      await tx`
        insert into shift (plant_id, name, starts, ends, days)
        values (${by.plant}, ${name}, ${starts}, ${ends}, ${days.toSorted()}::smallint[])`;
    }
    const after = await readCalendar(tx, by.plant);
    const changed = changedFields(before, after);
    if (changed.length > 0) {
      await audit(tx, by, {
        action: "shifts.change",
        subject: `plant:${by.plant}`,
        detail: {},
        before: told(before, changed),
        after: told(after, changed),
      });
    }
    return after;
  });
}

function changedFields(before: Calendar, after: Calendar): (keyof Calendar)[] {
  const fields = [
    "time_zone",
    "day_starts",
    "week_starts",
    "standstill_minutes",
    "currency",
    "shifts",
  ] as const;
  return fields.filter((field) => !Bun.deepEquals(before[field], after[field]));
}

function told(calendar: Calendar, fields: readonly (keyof Calendar)[]) {
  const values = {
    ...calendar,
    shifts: calendar.shifts.map(
      ({ name, starts, ends, days }) => `${name} ${starts}–${ends} (${days.join()})`,
    ),
  };
  return Object.fromEntries(fields.map((field) => [field, values[field]]));
}
