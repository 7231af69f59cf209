/** The lines that are on the screen, newest first; how many came in all. */
export interface LineLog<Line> {
  readonly lines: readonly { readonly number: number; readonly line: Line }[];
  readonly count: number;
}

/** A page that is left open must not grow. */
export const linesMax = 200;

export function addLine<Line>(log: LineLog<Line>, line: Line): LineLog<Line> {
  const count = log.count + 1;
  return { lines: [{ number: count, line }, ...log.lines].slice(0, linesMax), count };
}
