/** One piece of a line. */
export interface Piece {
  readonly kind: "number" | "word" | "time" | "text";
  readonly text: string;
  /** Blanks before it. */
  readonly blanks: number;
}

/** What a comma between digits is. */
export type Comma = "decimal" | "separator";

const TIME = /\d{1,4}([-/.])\d{1,2}\1\d{1,4}|\d{1,2}:\d{2}(?::\d{2})?/;
const NUMBER: Readonly<Record<Comma, RegExp>> = {
  decimal: /[+-]? *\d+(?:[.,]\d+)?|-{2,}/,
  separator: /[+-]? *\d+(?:\.\d+)?|-{2,}/,
};
const pieces: Readonly<Record<Comma, RegExp>> = {
  decimal: pieceOf("decimal"),
  separator: pieceOf("separator"),
};

function pieceOf(comma: Comma): RegExp {
  return new RegExp(
    `( *)(?:(?<time>${TIME.source.replace("\\1", "\\3")})|(?<number>${NUMBER[comma].source})|(?<word>[A-Za-z]+)|(?<text>[^ ]))`,
    "g",
  );
}

/** A line in pieces, in order; blanks at its end are none. */
export function piecesOf(line: string, comma: Comma): Piece[] {
  return [...line.matchAll(pieces[comma])].map(({ 1: blanks = "", groups }) => {
    const [kind, text] = pieceKinds.flatMap((one): [Piece["kind"], string][] => {
      const found = groups?.[one];
      return found === undefined ? [] : [[one, found]];
    })[0] ?? ["text", ""];
    return { kind, text, blanks: blanks.length };
  });
}

const pieceKinds = ["time", "number", "word", "text"] as const;
