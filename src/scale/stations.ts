import type { Config } from "../config/config.ts";
import type { ScaleSetting } from "../journal/file.ts";

/** Which station a scale stands at, and whether its readings are wanted. */
export interface Stations {
  stationOf(scale: number): string;
  isAccepted(scale: number): boolean;
  /** The scale that a printed id counts as: the one that it stands in for, or itself. */
  actualScale(printed: number): number;
  /** The other scales that stand in for this one. */
  standInsOf(scale: number): number[];
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

  function actualScale(printed: number): number {
    return settings.get(printed)?.aliasOf ?? config.frame.aliases.get(printed) ?? printed;
  }

  return {
    actualScale,
    standInsOf: (scale) =>
      [...new Set([...settings.keys(), ...config.frame.aliases.keys()])].filter(
        (printed) => printed !== scale && actualScale(printed) === scale,
      ),
    stationOf: (scale) =>
      settings.get(scale)?.station ?? config.station.byScale.get(scale) ?? config.station.fallback,
    isAccepted: (scale) =>
      settings.get(scale)?.enabled ??
      (config.frame.unknownScales === "accept" || config.station.byScale.has(scale)),
    set(setting) {
      const { scale } = setting;
      const known = settings.get(scale) ?? { scale, station: null, enabled: null, aliasOf: null };
      if (Bun.deepEquals(known, setting)) return;
      store.saveScaleSetting(setting);
      settings.set(setting.scale, setting);
    },
  };
}
