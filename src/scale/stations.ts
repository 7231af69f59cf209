import type { Config } from "../config/config.ts";
import type { ScaleSetting } from "../journal/file.ts";

/** Which station a scale stands at, and whether its readings are wanted. */
export interface Stations {
  stationOf(scale: number): string;
  isAccepted(scale: number): boolean;
  /** What a person set for a scale. */
  set(setting: ScaleSetting): void;
}

/**
 * What a person set through the API comes before the configuration. Settings are kept in the journal's file,
 * because a bag's station is decided when it is weighed, also while Postgres is away.
 */
export function createStations(
  config: Pick<Config, "station" | "frame">,
  store: { scaleSettings(): ScaleSetting[]; saveScaleSetting(setting: ScaleSetting): void },
): Stations {
  const settings = new Map(store.scaleSettings().map((setting) => [setting.scale, setting]));
  return {
    stationOf: (scale) =>
      settings.get(scale)?.station ?? config.station.byScale.get(scale) ?? config.station.fallback,
    isAccepted: (scale) =>
      settings.get(scale)?.enabled ??
      (config.frame.unknownScales === "accept" || config.station.byScale.has(scale)),
    set(setting) {
      const known = settings.get(setting.scale);
      if ((known?.station ?? null) === setting.station && (known?.enabled ?? null) === setting.enabled)
        return;
      store.saveScaleSetting(setting);
      settings.set(setting.scale, setting);
    },
  };
}
