import { LRUCache } from "lru-cache";
import type { Config } from "../config/config.ts";
import type { Source } from "../config/sources/source.ts";
import type { ScaleSetting } from "../journal/file.ts";
import { UNCONFIGURED_MAX } from "./known-scales.ts";

/** Which station a scale stands at, and whether its readings are wanted. */
export interface Stations {
  stationOf(scale: number): string;
  /** Takes over which scales belong to sources, and where these stand. */
  takeSources(sources: readonly Pick<Source, "scale" | "station">[]): void;
  /** A scale printed its id in a source that has a station of its own. */
  printedAt(scale: number, station: string): void;
  /** Whether what is printed under this id is wanted: of one that stands in for another, neither may be disabled. */
  isAccepted(printed: number): boolean;
  /** The scales that PREPUFF_STATIONS or PREPUFF_SCALE_ALIASES name. */
  inConfiguration(): Iterable<number>;
  /** Whether it is one of these. */
  isInConfiguration(scale: number): boolean;
  /** Whether the configuration or a source names it, or a person has set something for it. */
  isConfigured(scale: number): boolean;
  /** The scale that a printed id counts as: the one that it stands in for, or itself. */
  actualScale(printed: number): number;
  /** The other scales that stand in for this one. */
  standInsOf(scale: number): number[];
  /** Whether what is printed under this id is the bag with what is in it. */
  weighsGross(printed: number): boolean;
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

  function isActualAccepted(scale: number): boolean {
    return (
      settings.get(scale)?.enabled ??
      (config.frame.unknownScales === "accept" || config.station.byScale.has(scale) || ofSources.has(scale))
    );
  }

  const inConfiguration = new Set([
    ...config.station.byScale.keys(),
    ...config.frame.aliases.keys(),
    ...config.frame.aliases.values(),
  ]);

  /** Scales of sources, each with the station that its source has. */
  let ofSources: ReadonlyMap<number, string | null> = new Map();
  /** Stations of sources by the scales that printed there, where the prints carry the scale's id. */
  const printed = new LRUCache<number, string>({ max: UNCONFIGURED_MAX });

  /** Those for which a person has set something, and those that others stand in for. */
  let byPeople = scalesIn(settings.values());

  return {
    inConfiguration: () => inConfiguration,
    isInConfiguration: (scale) => inConfiguration.has(scale),
    isConfigured: (scale) => inConfiguration.has(scale) || byPeople.has(scale) || ofSources.has(scale),
    actualScale,
    standInsOf: (scale) =>
      [...new Set([...settings.keys(), ...config.frame.aliases.keys()])].filter(
        (printed) => printed !== scale && actualScale(printed) === scale,
      ),
    stationOf: (scale) =>
      settings.get(scale)?.station ??
      ofSources.get(scale) ??
      printed.get(scale) ??
      config.station.byScale.get(scale) ??
      config.station.fallback,
    takeSources(sources) {
      ofSources = new Map(
        sources.flatMap(({ scale, station }) => (scale === null ? [] : [[scale, station]])),
      );
    },
    printedAt: (scale, station) => void printed.set(scale, station),
    isAccepted: (printed) =>
      settings.get(printed)?.enabled !== false && isActualAccepted(actualScale(printed)),
    weighsGross: (printed) => settings.get(printed)?.weighsGross ?? false,
    set(setting) {
      const { scale } = setting;
      const known = settings.get(scale) ?? asConfigured(scale);
      if (Bun.deepEquals(known, setting)) return;
      store.saveScaleSetting(setting);
      settings.set(setting.scale, setting);
      byPeople = scalesIn(settings.values());
    },
  };
}

/** Of a scale for which nobody has set anything. */
export function asConfigured(scale: number): ScaleSetting {
  return { scale, station: null, enabled: null, aliasOf: null, weighsGross: false };
}

function scalesIn(settings: Iterable<ScaleSetting>): ReadonlySet<number> {
  const scales = new Set<number>();
  for (const { scale, station, enabled, aliasOf, weighsGross } of settings) {
    if ((station ?? enabled ?? aliasOf) !== null || weighsGross) scales.add(scale);
    if (aliasOf !== null) scales.add(aliasOf);
  }
  return scales;
}
