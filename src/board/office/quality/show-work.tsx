import { useSignal } from "@preact/signals";
import type { Explained } from "../../../records/quality/explained.ts";
import { api } from "../../shared/api.ts";
import { useLoaded } from "../loaded.ts";
import { Show } from "../states.tsx";
import { say } from "./texts.ts";

type Asked = Readonly<Record<string, string | null>>;

/** Formula, inputs and value of each number, as the API explains them: asked for when somebody wants to see it. */
export function ShowWork(props: { readonly path: string; readonly asked: Asked }) {
  const isOpen = useSignal(false);
  return (
    <details
      class="as-table show-work"
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
    >
      <summary>{say("showWork")}</summary>
      {isOpen.value && <Work {...props} />}
    </details>
  );
}

function Work(props: { readonly path: string; readonly asked: Asked }) {
  const { path, asked } = props;
  const query = { ...asked, explain: "true" };
  const work = useLoaded(JSON.stringify(query), () =>
    api<{ readonly explained: Explained | null }>("GET", path, { query }),
  );
  return (
    <Show of={work}>
      {({ explained }) => (
        <table class="table table-plain" lang="en">
          <tbody>
            {(explained ?? []).map(({ name, formula, inputs, value }) => (
              <tr key={name}>
                <th scope="row">
                  <code>{name}</code>
                </th>
                <td>
                  {formula}
                  <br />
                  <small class="quiet">
                    {Object.entries(inputs)
                      .map(([input, each]) => `${input} = ${each ?? "–"}`)
                      .join(", ")}
                  </small>
                </td>
                <td class="numeric">{value ?? "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Show>
  );
}
