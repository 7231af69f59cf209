import { z } from "zod";
import { type Check, type Line, type Subject, skipped } from "./check.ts";
import { amiss, phrase, well } from "./phrase.ts";

const needs = ["appliance", "admin token"] as const;

/** Scales, and the jobs that their bags belong to. */
export const scaleChecks: readonly Check[] = [
  { name: "scales", needs, inside: "scales", run: scales },
  {
    name: "bags in doubt",
    needs: [...needs, "part: database"],
    inside: "doubtful_bags",
    run: doubtfulBags,
  },
  { name: "connections without a scale", needs, inside: "connections", run: speechless },
  { name: "data bits", needs, inside: "data_bits", run: dataBits },
  { name: "jobs", needs: [...needs, "part: database"], inside: "jobs", run: jobs },
  { name: "station names", needs: [...needs, "part: database"], inside: "station_names", run: stationNames },
];

const scaleSchema = z.object({
  id: z.int(),
  name: z.string().nullable(),
  station: z.string(),
  enabled: z.boolean(),
  connected: z.boolean(),
  connects_to_print: z.boolean(),
  silent: z.boolean(),
  repeating: z.boolean(),
  remote_address: z.string().nullable(),
  last_reading_at: z.string().nullable(),
  last_weight: z.string().nullable(),
  unit: z.string().nullable(),
});
type Scale = z.output<typeof scaleSchema>;

/** A scale that was put away is not missed: what was not heard for longer, and is not configured, is left out. */
const missedForMs = 7 * 86_400_000;
const linesMax = 100;
const addressesMax = 10;

/** The scales that are in use: connected, configured, or heard lately; not the disabled ones. */
async function scalesInUse({ api, config, clock }: Subject): Promise<Scale[]> {
  const { items } = await api.get("/api/scales", z.object({ items: z.array(scaleSchema) }));
  const wasHeard = ({ last_reading_at: at }: Scale) =>
    at !== null && clock.now() - Date.parse(at) < missedForMs;
  return items.filter(
    (scale) => scale.enabled && (scale.connected || config.station.byScale.has(scale.id) || wasHeard(scale)),
  );
}

async function scales(subject: Subject) {
  const found = await scalesInUse(subject);
  if (found.length === 0) return [amiss(phrase("scales"), [phrase("no_scale")], phrase("do_no_scale"))];
  return found.slice(0, linesMax).map((scale) => scaleLine(scale, subject.clock.now()));
}

function scaleLine(scale: Scale, now: number): Line {
  const { id, name, station, remote_address: address } = scale;
  const check = phrase("scale", { scale: name === null ? String(id) : `${id} (${name})` });
  const heard = heardPhrase(scale, now);
  if (!scale.connected && scale.connects_to_print && wasHeardLately(scale, now)) {
    return well(check, phrase("connects_to_print"), heard);
  }
  if (!scale.connected) return amiss(check, [phrase("gone"), heard], phrase("do_gone"));
  if (scale.silent) return amiss(check, [phrase("silent", { station }), heard], phrase("do_silent"));
  if (scale.repeating) return amiss(check, [phrase("repeating"), heard], phrase("do_repeating"));
  return well(check, phrase("connected", { address: address ?? "" }), heard);
}

/** One that connects for each print cannot be seen to be gone; within a shift it prints. */
const shiftMs = 8 * 3_600_000;

function wasHeardLately({ last_reading_at: at }: Scale, now: number): boolean {
  return at !== null && now - Date.parse(at) < shiftMs;
}

function heardPhrase({ last_reading_at: at, last_weight: weight, unit }: Scale, now: number) {
  if (at === null) return phrase("never_heard");
  const ago = { ago_seconds: (now - Date.parse(at)) / 1000 };
  if (weight === null || unit === null) return phrase("heard", ago);
  return phrase("heard_weight", { ...ago, weight, unit });
}

const dayMs = 86_400_000;
const bagsMost = 500;

/** Of the last day: older ones that nobody assigned are settled. */
async function doubtfulBags({ api, clock }: Subject) {
  const from = new Date(clock.now() - dayMs).toISOString();
  const bag = z.object({ scale: z.int(), doubt: z.string().nullable() });
  const { items } = await api.get(
    `/api/bags?verdict=no_job&voided=false&limit=${bagsMost}&from=${from}`,
    z.object({ items: z.array(bag) }),
  );
  const doubtful = items.filter(({ doubt }) => doubt !== null);
  const check = phrase("doubtful_bags");
  if (doubtful.length === 0) return [well(check, phrase("none_doubtful"))];
  const ofScales = [...new Set(doubtful.map(({ scale }) => scale))].sort((a, b) => a - b);
  const what = phrase(items.length < bagsMost ? "doubtful" : "doubtful_least", {
    bags: doubtful.length,
    scales: ofScales.join(", "),
  });
  return [amiss(check, [what], phrase("do_doubtful"))];
}

/** A new connection may take its time until the first bag. */
const speechlessMs = 60_000;

async function speechless({ api, clock }: Subject) {
  const connection = z.object({
    remote_address: z.string(),
    connected_since: z.string(),
    scales: z.array(z.int()),
    bytes: z.int(),
    rejected: z.int(),
  });
  const { items } = await api.get("/api/connections", z.object({ items: z.array(connection) }));
  const mute = items.filter(
    ({ scales: printed, connected_since: since, rejected }) =>
      printed.length === 0 && (rejected > 0 || clock.now() - Date.parse(since) > speechlessMs),
  );
  const check = phrase("connections");
  const [first] = mute;
  if (first === undefined) return [well(check, phrase("none_mute", { connections: items.length }))];
  const { remote_address: address, rejected: frames, bytes } = first;
  const came =
    frames > 0
      ? phrase("mute_rejected", { address, frames })
      : bytes > 0
        ? phrase("mute_bytes", { address, bytes })
        : phrase("mute_nothing", { address });
  const what = [phrase("mute", { mute: mute.length, connections: items.length }), came];
  return [amiss(check, what, phrase("do_mute"))];
}

async function dataBits({ api }: Subject) {
  const connection = z.object({ remote_address: z.string(), parity: z.boolean() });
  const { items } = await api.get("/api/connections", z.object({ items: z.array(connection) }));
  const check = phrase("data_bits");
  const addresses = [...new Set(items.filter(({ parity }) => parity).map((each) => each.remote_address))];
  if (addresses.length === 0) return [well(check, phrase("eight_bits"))];
  const what = [phrase("seven_bits", { addresses: addresses.slice(0, addressesMax).join(", ") })];
  return [amiss(check, what, phrase("do_data_bits"))];
}

const jobSchema = z.object({
  id: z.int(),
  station: z.string(),
  company: z.string(),
  bags_completed: z.int(),
  quantity: z.int(),
});

async function activeJobs({ api }: Subject) {
  const { items } = await api.get(
    "/api/jobs?status=active&limit=500",
    z.object({ items: z.array(jobSchema) }),
  );
  return items;
}

async function jobs(subject: Subject) {
  const [found, running] = await Promise.all([scalesInUse(subject), activeJobs(subject)]);
  const stations = [...new Set([...found, ...running].map(({ station }) => station))].sort();
  if (stations.length === 0) return skipped("no station has a scale or a job");
  return stations.slice(0, linesMax).map((station): Line => {
    const check = phrase("job", { station });
    const job = running.find((each) => each.station === station);
    if (job !== undefined) {
      const { id, company, bags_completed: bags, quantity } = job;
      return well(check, phrase("job_runs", { job: String(id), company, bags, quantity }));
    }
    const connected = found.filter((scale) => scale.station === station && scale.connected);
    if (connected.length === 0) {
      return { name: `job on ${station}`, ...skipped("no job runs, and no scale of it is connected") };
    }
    const what = phrase("no_job", { scales: connected.map(({ id }) => id).join(", ") });
    return amiss(check, [what], phrase("do_start_job", { station }));
  });
}

/** What is left of a station's name when a person reads it: no case, no blanks, no leading zeros of numbers. */
function readAs(station: string): string {
  return station
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "")
    .replace(/(?<!\d)0+(?=\d)/g, "");
}

async function stationNames(subject: Subject) {
  const [found, running] = await Promise.all([scalesInUse(subject), activeJobs(subject)]);
  const { byScale, fallback } = subject.config.station;
  const stations = new Set([...found.map(({ station }) => station), ...byScale.values(), fallback]);
  const stray = running.filter(({ station }) => !stations.has(station));
  const check = phrase("station_names");
  if (stray.length === 0) return [well(check, phrase("names_agree"))];
  return stray.map(({ id, station }) => {
    const job = String(id);
    const like = [...stations].find((other) => readAs(other) === readAs(station));
    if (like === undefined) return well(check, phrase("no_scale_there", { job, station }));
    const what = phrase("names_differ", { job, station, scale_station: like });
    return amiss(check, [what], phrase("do_same_name"));
  });
}
