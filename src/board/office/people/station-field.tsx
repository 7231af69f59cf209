import type { Signal } from "@preact/signals";
import type { Stations } from "../../../http/api/stations.ts";
import { api } from "../../shared/api.ts";
import { SelectField } from "../../shared/field.tsx";
import { session } from "../../shared/session.ts";
import { useLoaded } from "../loaded.ts";
import { say } from "./texts.ts";

/** Where a device stands; `""`: anywhere. */
export function StationField({ value }: { readonly value: Signal<string> }) {
  const loaded = useLoaded("", async () => (await api<Stations>("GET", "/api/stations")).items);
  const known = loaded.value.value?.map(({ station }) => station) ?? session.value?.stations ?? [];
  const stations = new Set([...known, ...(value.value === "" ? [] : [value.value])]);
  return (
    <SelectField
      label={say("stationOf")}
      name="station"
      value={value}
      options={[
        { value: "", text: say("anywhere") },
        ...[...stations].map((station) => ({ value: station, text: station })),
      ]}
    />
  );
}
