import type { ReadPrint } from "../../../http/api/prints.ts";
import { Cell } from "../parts.tsx";
import { word } from "../words.ts";
import { say } from "./texts.ts";

/** Prints as they came, and as they would be read. */
export function ReadPrints(props: { readonly prints: readonly ReadPrint[] }) {
  return (
    <table class="table">
      <thead>
        <tr>
          <th>{say("asReceived")}</th>
          <th>{say("readAs")}</th>
        </tr>
      </thead>
      <tbody>
        {props.prints.map((print, nth) => (
          // The same print may come twice.
          <tr key={`${nth} ${print.raw}`}>
            <Cell label={say("asReceived")} class="cell-wide">
              <code class="raw">{print.raw}</code>
            </Cell>
            <Cell label={say("readAs")} class="cell-wide">
              {meaning(print)}
            </Cell>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function meaning({ kind, weight, unit, mode, stable, scale, reason }: ReadPrint): string {
  if (kind !== "weight") return reason !== null && word.has(reason) ? word(reason) : say(`kind.${kind}`);
  const words = [
    unit === null ? weight : `${weight} ${unit}`,
    mode === null ? null : say(mode),
    stable === null ? null : say(stable ? "still" : "moving"),
    scale === null ? null : `${word("scale")} ${scale}`,
  ];
  return words.filter((each) => each !== null).join(", ");
}
