import type { Tokens } from "../../access/configured-tokens.ts";
import type { Pairings } from "../../access/pairings.ts";
import type { PeopleInForce } from "../../access/people-in-force.ts";
import type { TokensInForce } from "../../access/tokens-in-force.ts";
import type { Captures } from "../../captures/captures.ts";
import type { Config } from "../../config/config.ts";
import type { DatabaseAccess } from "../../database/database.ts";
import type { Plant } from "../../database/plant.ts";
import type { Couriers } from "../../delivery/couriers.ts";
import type { EventHub } from "../../events/hub.ts";
import type { ReadingWatch } from "../../events/reading-watch.ts";
import type { SignalWatch } from "../../events/signal-watch.ts";
import type { HealthReport } from "../../health/health-report.ts";
import type { JournalView } from "../../journal/journal-view.ts";
import type { Logger } from "../../logging/logger.ts";
import type { RecordedGroup } from "../../recording/record.ts";
import type { AskedCheckOf } from "../../records/scale-checks/asked.ts";
import type { OfficeSources } from "../../records/sources/office-sources.ts";
import type { SourceCallers } from "../../records/sources/source-callers.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Metrics } from "../../runtime/metrics.ts";
import type { ArmedChecks } from "../../scale/armed-checks.ts";
import type { Listener } from "../../scale/port/listener.ts";
import type { RemoteKeys } from "../../scale/port/remote-keys.ts";
import type { ConnectionView, ScaleView } from "../../scale/presence.ts";
import type { RawFrameHub } from "../../scale/raw-frames.ts";
import type { Repeats } from "../../scale/repeats.ts";
import type { Sources } from "../../scale/sources/sources.ts";
import type { SourceTally } from "../../scale/sources/tally.ts";
import type { Stations } from "../../scale/stations.ts";

/** Everything that controllers work with; each takes these and the guard: `jobs(services, auth)`. */
export interface Services {
  readonly config: Config;
  /** The configured tokens in force now, and the generated one of `admin`. */
  readonly tokens: () => Tokens;
  /** The tokens that people made, each with a name. */
  readonly namedTokens: TokensInForce;
  /** Who may act on devices, by a PIN. */
  readonly people: PeopleInForce;
  /** Codes by which devices are paired. */
  readonly pairings: Pairings;
  /** Signs the sessions of browsers. */
  readonly sessionKey: Buffer;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The database connections for requests. */
  readonly database: DatabaseAccess;
  /** The plant whose data requests read and change. */
  readonly plant: Pick<Plant, "id">;
  readonly presence: PresenceView;
  readonly keys: RemoteKeys;
  /** Which scales print like a stream. */
  readonly repeats: Pick<Repeats, "isRepeating">;
  readonly journal: JournalView;
  /** Checks of scales whose print is awaited. */
  readonly checks: Pick<ArmedChecks<AskedCheckOf>, "arm" | "cancel" | "of">;
  /** `set` keeps a setting beside the journal; Postgres gets it first. */
  readonly stations: Stations;
  readonly sources: Pick<Sources, "all" | "leftOut">;
  /** Changes them. */
  readonly officeSources: Pick<OfficeSources, "create" | "change" | "remove">;
  /** Which other appliances connect to the same indicators. */
  readonly sourceCallers: Pick<SourceCallers, "otherOf">;
  readonly sourceTally: Pick<SourceTally, "of">;
  readonly listener: Pick<Listener, "troubleOf" | "recentBytes" | "watch">;
  readonly couriers: Pick<Couriers, "destinations" | "wake" | "status">;
  readonly events: EventHub;
  readonly readings: Pick<ReadingWatch, "waiting">;
  /** To be told, as `events`, of bags that were voided or assigned. */
  readonly signals: Pick<SignalWatch, "bagsChanged">;
  readonly rawFrames: RawFrameHub;
  readonly captures: Captures;
  health(): HealthReport;
  /** To be called after bags were committed that did not come through the journal. */
  recorded(bags: RecordedGroup): void;
}

export interface PresenceView {
  connections(): readonly ConnectionView[];
  scales(): readonly ScaleView[];
  /** Those that stand in for another, by the id that they print. */
  standIns(): readonly ScaleView[];
  /** Removes a scale from memory until it prints again. */
  forget(scale: number): void;
  /** Closes a connection; false where there is none of that id. */
  close(id: number): boolean;
}
