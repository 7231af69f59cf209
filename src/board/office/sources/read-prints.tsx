import type { ReadPrint } from "../../../http/api/prints.ts";
import { Cell } from "../parts.tsx";
import { word } from "../words.ts";
import { say } from "./texts.ts";

/** Prints as they came, and as they would be read. */
export function ReadPrints(props: {
  readonly prints: readonly (ReadPrint & {
    /** The character of `raw`, from 1, at which a format no longer fits. */
    readonly misfit?: number | null;
  })[];
}) {
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
              <Raw text={print.raw} misfit={print.misfit ?? null} />
            </Cell>
            <Cell label={say("readAs")} class="cell-wide">
              {meaning(print)}
              {print.misfit != null && (
                <small class="quiet"> {say("differs", { character: print.misfit })}</small>
              )}
            </Cell>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Raw(props: { readonly text: string; readonly misfit: number | null }) {
  const { text, misfit } = props;
  const end = misfit === null ? text.length : misfit - 1;
  return (
    <code class="raw">
      {text.slice(0, end)}
      {end < text.length && <mark>{text.slice(end)}</mark>}
    </code>
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
