import { useSignal } from "@preact/signals";
import type { StationItem, Stations } from "../../../http/api/stations.ts";
import { api } from "../../shared/api.ts";
import { failureText } from "../../shared/failure.ts";
import { useLoaded } from "../loaded.ts";
import { Cell } from "../parts.tsx";
import { Show } from "../states.tsx";
import { word } from "../words.ts";
import { say } from "./texts.ts";

const choices = ["never", "each_action", "each_shift"] as const;

/** Which stations' devices ask who acts. A choice holds at once. */
export function StationsAsking() {
  const stations = useLoaded("", async () => (await api<Stations>("GET", "/api/stations")).items);
  const failure = useSignal<string | null>(null);

  async function set(station: string, asked: string): Promise<void> {
    failure.value = null;
    try {
      await api("PUT", `/api/stations/${encodeURIComponent(station)}/person`, {
        body: { person_asked: asked },
      });
    } catch (error) {
      failure.value = failureText(error);
    }
    stations.reload();
  }

  return (
    <section aria-labelledby="stations-asking">
      <h2 id="stations-asking">{say("stations")}</h2>
      <p class="quiet">{say("stationsWhat")}</p>
      {failure.value !== null && (
        <p class="form-error" role="alert">
          {failure.value}
        </p>
      )}
      <Show of={stations}>{(list) => <Table stations={list} onSet={set} />}</Show>
    </section>
  );
}

function Table(props: {
  readonly stations: readonly StationItem[];
  readonly onSet: (station: string, asked: string) => Promise<void>;
}) {
  return (
    <table class="table">
      <thead>
        <tr>
          <th>{word("station")}</th>
          <th>{say("asks")}</th>
        </tr>
      </thead>
      <tbody>
        {props.stations.map(({ station, person_asked }) => (
          <tr key={station}>
            <Cell label={word("station")} class="cell-title cell-name">
              {station}
            </Cell>
            <Cell label={say("asks")}>
              <select
                class="cell-select"
                aria-label={say("asksAt", { station })}
                value={person_asked}
                onChange={(event) => void props.onSet(station, event.currentTarget.value)}
              >
                {choices.map((choice) => (
                  <option key={choice} value={choice}>
                    {say(choice)}
                  </option>
                ))}
              </select>
            </Cell>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
