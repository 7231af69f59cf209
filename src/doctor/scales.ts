import { z } from "zod";
import { type Check, duration, failed, type Line, passed, type Subject, skipped } from "./check.ts";

const needs = ["appliance", "admin token"] as const;

/** Scales, and the jobs that their bags belong to. */
export const scaleChecks: readonly Check[] = [
  { name: "scales", needs, inside: true, run: scales },
  { name: "connections without a scale", needs, inside: true, run: speechless },
  { name: "jobs", needs: [...needs, "part: database"], inside: true, run: jobs },
  { name: "station names", needs: [...needs, "part: database"], inside: true, run: stationNames },
];

const scaleSchema = z.object({
  id: z.int(),
  name: z.string().nullable(),
  station: z.string(),
  enabled: z.boolean(),
  connected: z.boolean(),
  silent: z.boolean(),
  remote_address: z.string().nullable(),
  last_reading_at: z.string().nullable(),
  last_weight: z.string().nullable(),
  unit: z.string().nullable(),
});
type Scale = z.output<typeof scaleSchema>;

/** A scale that was put away is not missed: what was not heard for longer, and is not configured, is left out. */
const missedForMs = 7 * 86_400_000;
const linesMax = 100;

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
  if (found.length === 0) {
    return failed(
      "no scale has ever connected",
      "In the indicator: TCP client, this machine's address, the scales' port. Between the two: cable or Wi-Fi, and a firewall that lets this port in",
    );
  }
  return found.slice(0, linesMax).map((scale) => scaleLine(scale, subject.clock.now()));
}

function scaleLine(scale: Scale, now: number): Line {
  const { last_reading_at: at, last_weight: weight, unit, station } = scale;
  const name = `scale ${scale.id}${scale.name === null ? "" : ` (${scale.name})`}`;
  const ago = at === null ? "never heard" : `last heard ${duration(now - Date.parse(at))} ago`;
  const heard = `${ago}${weight === null ? "" : `, ${weight} ${unit}`}`;
  if (!scale.connected) {
    return {
      name,
      ...failed(
        `not connected; ${heard}`,
        "Is the indicator on, and its cable or Wi-Fi? Does it reach this machine (ping)? Many indicators connect again only after they were switched off and on. A scale that is no longer used: disable it (PATCH /api/scales)",
      ),
    };
  }
  if (scale.silent) {
    return {
      name,
      ...failed(
        `connected, and a job runs on ${station}, but silent; ${heard}`,
        "Is anybody weighing? If so: the indicator does not print. Check that its print key, or its automatic print, goes to the Ethernet port",
      ),
    };
  }
  return { name, ...passed(`connected from ${scale.remote_address}; ${heard}`) };
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
  const [first] = mute;
  if (first === undefined) return passed(`none of ${items.length}`);
  const what =
    first.rejected > 0
      ? `${first.rejected} frames of it were rejected`
      : first.bytes > 0
        ? `${first.bytes} bytes came, but no whole frame`
        : "nothing came";
  return failed(
    `${mute.length} of ${items.length}; from ${first.remote_address}: ${what}`,
    "Nothing: print a bag, or assign the print to the Ethernet port. Bytes or rejected frames: set the print format to scale id, comma, weight, blank, unit, CR LF; the line about rejected frames shows what came",
  );
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
    const name = `job on ${station}`;
    const job = running.find((each) => each.station === station);
    if (job !== undefined) {
      const { id, company, bags_completed: bags, quantity } = job;
      return { name, ...passed(`job ${id} for ${company}, ${bags} of ${quantity} bags`) };
    }
    const connected = found.filter((scale) => scale.station === station && scale.connected);
    if (connected.length === 0) return { name, ...skipped("no job runs, and no scale of it is connected") };
    return {
      name,
      ...failed(
        `no job runs, but scale ${connected.map(({ id }) => id).join(", ")} is connected`,
        `Start a job on "${station}" if bags are filled. Bags without a job are stored without number and verdict, and can be assigned later`,
      ),
    };
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
  const pairs = stray.flatMap(({ id, station }) =>
    [...stations]
      .filter((other) => readAs(other) === readAs(station))
      .map((other) => `job ${id} runs on "${station}", but the scales' station is "${other}"`),
  );
  if (pairs.length > 0) {
    return failed(
      pairs.join("; "),
      "The names must be the same letter for letter. End the job and start it with the scales' station, or change PREPUFF_STATION or PREPUFF_STATIONS",
    );
  }
  if (stray.length === 0) return passed("every running job's station has scales");
  const names = stray.map(({ id, station }) => `job ${id} on "${station}"`).join(", ");
  return passed(`no scale is known on the station of ${names}; right where bags are posted by scan_bag`);
}
