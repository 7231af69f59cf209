import { about, type Finding, failed, type InsideCheck, passed, type Subject, skipped } from "./check.ts";
import { bagsMost, type JobFact, type ScaleFact } from "./facts.ts";
import { phrase } from "./phrase.ts";

const needs = ["appliance", "admin token"] as const;

/** Scales, and the jobs that their bags belong to. */
export const scaleChecks: readonly InsideCheck[] = [
  { name: "scales", needs, inside: "scales", run: scales },
  { name: "units", needs, inside: "units", run: unitsKept },
  {
    name: "bags in doubt",
    needs: [...needs, "part: database"],
    inside: "doubtful_bags",
    run: doubtfulBags,
  },
  { name: "connections without a scale", needs, inside: "connections", run: unidentified },
  { name: "data bits", needs, inside: "data_bits", run: dataBits },
  { name: "indicators called twice", needs, inside: "called_twice", run: calledTwice },
  { name: "jobs", needs: [...needs, "part: database"], inside: "jobs", run: jobs },
  { name: "station names", needs: [...needs, "part: database"], inside: "station_names", run: stationNames },
];

/** A scale that has not been heard for longer, and is not configured, counts as put away and is left out. */
const missedForMs = 7 * 86_400_000;
const framesMax = 100;
const addressesMax = 10;

/** The scales that are in use: connected, configured, or heard lately; not the disabled ones. */
async function scalesInUse({ facts, config, clock }: Subject): Promise<ScaleFact[]> {
  const wasHeard = ({ last_reading_at: at }: ScaleFact) =>
    at !== null && clock.now() - Date.parse(at) < missedForMs;
  return (await facts.scales()).filter(
    (scale) => scale.enabled && (scale.connected || config.station.byScale.has(scale.id) || wasHeard(scale)),
  );
}

async function scales(subject: Subject) {
  const found = await scalesInUse(subject);
  if (found.length === 0) return failed(phrase("no_scale"), phrase("do_no_scale"));
  const running = await subject.facts.activeJobs().catch(() => null);
  // A station that stands idle at night misses no scale.
  const isAtWork = ({ station }: ScaleFact) =>
    running === null || running.some((job) => job.station === station);
  return found.slice(0, framesMax).map((scale) => {
    const { id, name } = scale;
    const thing = phrase("scale", { scale: name === null ? String(id) : `${id} (${name})` });
    return about(thing, findingOf(scale, subject.clock.now(), isAtWork(scale)));
  });
}

/** @param isAtWork a job runs on its station, as far as is known. */
function findingOf(scale: ScaleFact, now: number, isAtWork: boolean): Finding {
  const { station, remote_address: address } = scale;
  const heard = heardPhrase(scale, now);
  if (!scale.connected && scale.connects_to_print && isHeardWithin(scale, shiftMs, now)) {
    return passed([phrase("connects_to_print"), heard]);
  }
  if (!scale.connected)
    return failed([phrase("gone"), heard], phrase("do_gone"), isAtWork ? "today" : "know");
  if (scale.silent) return failed([phrase("silent", { station }), heard], phrase("do_silent"));
  if (scale.repeating) return failed([phrase("repeating"), heard], phrase("do_repeating"));
  return passed([phrase("connected", { address: address ?? "" }), heard]);
}

/** A scale that connects for each print has no connection to watch; within a shift it prints. */
const shiftMs = 8 * 3_600_000;

/** Bags are filled without a job. */
const fillingMs = 15 * 60_000;

function isHeardWithin({ last_reading_at: at }: ScaleFact, ms: number, now: number): boolean {
  return at !== null && now - Date.parse(at) < ms;
}

function heardPhrase({ last_reading_at: at, last_weight: weight, unit }: ScaleFact, now: number) {
  if (at === null) return phrase("never_heard");
  const ago = { ago_seconds: (now - Date.parse(at)) / 1000 };
  if (weight === null || unit === null) return phrase("heard", ago);
  return phrase("heard_weight", { ...ago, weight, unit });
}

const dayMs = 86_400_000;

/** Scales that printed another unit than before, in the last day: somebody pressed the unit key. */
async function unitsKept(subject: Subject) {
  const { clock } = subject;
  const changed = (await scalesInUse(subject)).flatMap(({ id, name, unit, unit_change: change }) => {
    if (unit === null || change === null || clock.now() - Date.parse(change.at) > dayMs) return [];
    const thing = phrase("scale_unit", { scale: name === null ? String(id) : `${id} (${name})` });
    const what = phrase("unit_changed", { unit, unit_before: change.from, since_at: change.at });
    return [about(thing, failed(what, phrase("do_unit")))];
  });
  return changed.length === 0 ? passed(phrase("units_kept")) : changed;
}

/** Of the last day: older bags without a job are no longer reported. */
async function doubtfulBags({ facts, clock }: Subject) {
  const bags = await facts.joblessBags(new Date(clock.now() - dayMs));
  const doubtful = bags.filter(({ doubt }) => doubt !== null);
  if (doubtful.length === 0) return passed(phrase("none_doubtful"));
  const ofScales = [...new Set(doubtful.map(({ scale }) => scale))].sort((a, b) => a - b);
  const what = phrase(bags.length < bagsMost ? "doubtful" : "doubtful_least", {
    bags: doubtful.length,
    scales: ofScales.join(", "),
  });
  return failed(what, phrase("do_doubtful"));
}

/** A new connection may take its time until the first bag. */
const unidentifiedMs = 60_000;

async function unidentified({ facts, clock }: Subject) {
  const connections = await facts.connections();
  const unknown = connections.filter(
    ({ scales: printed, connectedSince, rejected }) =>
      printed.length === 0 && (rejected > 0 || clock.now() - connectedSince > unidentifiedMs),
  );
  const [first] = unknown;
  if (first === undefined) return passed(phrase("none_mute", { connections: connections.length }));
  const { remoteAddress: address, rejected: frames, bytes } = first;
  const came =
    frames > 0
      ? phrase("mute_rejected", { address, frames })
      : bytes > 0
        ? phrase("mute_bytes", { address, bytes })
        : phrase("mute_nothing", { address });
  const what = [phrase("mute", { mute: unknown.length, connections: connections.length }), came];
  return failed(what, phrase("do_mute"));
}

async function dataBits({ facts }: Subject) {
  const withParity = (await facts.connections()).filter(({ hasParity }) => hasParity);
  const addresses = [...new Set(withParity.map(({ remoteAddress }) => remoteAddress))];
  if (addresses.length === 0) return passed(phrase("eight_bits"));
  const what = phrase("seven_bits", { addresses: addresses.slice(0, addressesMax).join(", ") });
  return failed(what, phrase("do_data_bits"), "know");
}

async function calledTwice({ facts }: Subject) {
  const found = await facts.calledTwice();
  if (found.length === 0) return passed(phrase("none_called_twice"));
  const sources = found.map(({ source }) => source).join(", ");
  const machines = [...new Set(found.map(({ machine }) => machine))].join(", ");
  return failed(phrase("called_twice_by", { sources, machines }), phrase("do_called_twice"));
}

async function jobs(subject: Subject) {
  const [found, running] = await Promise.all([scalesInUse(subject), subject.facts.activeJobs()]);
  const stations = [...new Set([...found, ...running].map(({ station }) => station))].sort();
  if (stations.length === 0) return skipped("no station has a scale or a job");
  if (subject.config.jobs === "upstream") return jobsLeftHere(running);
  return stations.slice(0, framesMax).map((station) => {
    const thing = phrase("job", { station });
    const job = running.find((each) => each.station === station);
    if (job !== undefined) {
      const { id, company, bags_completed: bags, quantity } = job;
      return about(thing, passed(phrase("job_runs", { job: String(id), company, bags, quantity })));
    }
    const connected = found.filter((scale) => scale.station === station && scale.connected);
    if (connected.length === 0) return about(thing, skipped("no job runs, and no scale of it is connected"));
    const what = phrase("no_job", { scales: connected.map(({ id }) => id).join(", ") });
    const isFilling = connected.some((scale) => isHeardWithin(scale, fillingMs, subject.clock.now()));
    const severity = isFilling ? "today" : "know";
    return about(thing, failed(what, phrase("do_start_job", { station }), severity));
  });
}

/** Where the web application keeps the jobs, one that still runs here gives its station's bags a second verdict. */
function jobsLeftHere(running: readonly JobFact[]) {
  if (running.length === 0) return passed(phrase("jobs_upstream"));
  return running.map(({ id, station, company }) =>
    about(
      phrase("job", { station }),
      failed(phrase("job_left_here", { job: String(id), company }), phrase("do_end_job", { station })),
    ),
  );
}

/**
 * A station's name in the form in which people confuse it with another: without case, blanks and leading zeros of
 * numbers.
 */
function readAs(station: string): string {
  return station
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "")
    .replace(/(?<!\d)0+(?=\d)/g, "");
}

async function stationNames(subject: Subject) {
  const [found, running] = await Promise.all([scalesInUse(subject), subject.facts.activeJobs()]);
  const { byScale, fallback } = subject.config.station;
  const stations = new Set([...found.map(({ station }) => station), ...byScale.values(), fallback]);
  const stray = running.filter(({ station }) => !stations.has(station));
  if (stray.length === 0) return passed(phrase("names_agree"));
  return stray.map(({ id, station }) => {
    const job = String(id);
    const like = [...stations].find((other) => readAs(other) === readAs(station));
    if (like === undefined) return passed(phrase("no_scale_there", { job, station }));
    const what = phrase("names_differ", { job, station, scale_station: like });
    return failed(what, phrase("do_same_name"));
  });
}
