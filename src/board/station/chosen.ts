import { computed } from "@preact/signals";
import { query, setQuery } from "../shared/router.ts";
import { device } from "../shared/session.ts";
import { keptStation } from "../shared/settings.ts";

/** The station of this screen: the one that its device was paired for, the address's (`/?station=Station%201`, for kiosks), or the one chosen here. */
export const chosenStation = computed(
  () => device.value?.station ?? (query.value.get("station")?.trim() || keptStation.value),
);

/** Keeps it on this device, and in the address, which can be copied to another screen. */
export function chooseStation(station: string): void {
  keptStation.value = station;
  setQuery({ station });
}

/** Asks again which station it is. */
export function forgetStation(): void {
  keptStation.value = null;
  setQuery({ station: null });
}
