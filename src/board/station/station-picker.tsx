import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { StationItem, Stations } from "../../http/api/stations.ts";
import { api } from "../shared/api.ts";
import { failureText } from "../shared/failure.ts";
import { formatNumber } from "../shared/format.ts";
import { Layout } from "../shared/layout.tsx";
import { opened } from "../shared/live.ts";
import { t as shared } from "../shared/texts.ts";
import { chooseStation } from "./chosen.ts";
import { t } from "./texts.ts";

/** Asked once on a device; with one station only there is nothing to ask. */
export function StationPicker() {
  const stations = useSignal<readonly StationItem[] | null>(null);
  const failure = useSignal<string | null>(null);
  const line = opened.value;
  useEffect(() => {
    api<Stations>("GET", "/api/stations").then(
      ({ items }) => {
        const [only] = items;
        if (items.length === 1 && only !== undefined) chooseStation(only.station);
        stations.value = items;
        failure.value = null;
      },
      (error) => {
        failure.value = failureText(error);
      },
    );
  }, [line]);
  return (
    <Layout name={shared("board")} title={shared("board")}>
      <main class="page picker" id="content">
        <h1>{t("chooseStation")}</h1>
        <p>{t("chooseStationWhy")}</p>
        {failure.value !== null && <p role="alert">{failure.value}</p>}
        <ul class="picker-list">
          {stations.value?.map(({ station, active_job }) => (
            <li key={station}>
              <button type="button" class="button picker-button" onClick={() => chooseStation(station)}>
                <span class="picker-name">{station}</span>
                <span class="picker-job">
                  {active_job === null
                    ? t("noActiveJob")
                    : `${active_job.company} · ${t("bagOf", {
                        number: formatNumber(active_job.bags_completed),
                        quantity: formatNumber(active_job.quantity),
                      })}`}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </main>
    </Layout>
  );
}
