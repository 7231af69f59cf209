import { type Board, scaleVariable, stationVariable } from "./board.ts";
import { list, number, stacked, state, steps, timeline } from "./panels.ts";
import { now, series, table } from "./queries.ts";
import { ownBags, scaleWeightRows } from "./scale-weights.ts";

const connected = state(
  {
    title: "Connection",
    description: "Whether the scale has an open connection to the appliance now.",
    unit: "none",
    queries: [now('max(prepuff_scale_connected{scale="$scale"})')],
  },
  { 0: ["not connected", "red"], 1: ["connected", "green"] },
);

const lastReading = number(
  {
    title: "Last reading",
    description: "How long ago its last good print came.",
    unit: "s",
    queries: [now('time() - max(prepuff_scale_last_reading_timestamp_seconds{scale="$scale"})')],
  },
  steps([null, "green"], [300, "orange"], [3600, "text"]),
).decimals(0);

const bagsHere = number({
  title: "Bags",
  description: "Bags of this scale in the time chosen above. Voided ones do not count.",
  unit: "short",
  queries: [table(`select count(*) as bags from filler_bag b where ${ownBags}`)],
});

const rejectedShare = number(
  {
    title: "Rejected prints",
    description:
      "Share of what it printed that was no bag. Above 10 % in a quarter of an hour an alert comes.",
    unit: "percentunit",
    queries: [
      now(`
        (sum(increase(prepuff_readings_total{scale="$scale", result="rejected"}[$__range])) or vector(0))
        / sum(increase(prepuff_readings_total{scale="$scale"}[$__range]))`),
    ],
  },
  steps([null, "green"], [0.02, "orange"], [0.1, "red"]),
).decimals(1);

const shareHere = number(
  {
    title: "In tolerance",
    description: "Share of its bags that had a job.",
    unit: "percentunit",
    queries: [table(`select avg(b.in_tolerance::int)::float8 as share from filler_bag b where ${ownBags}`)],
    empty: "no bag with a job",
  },
  steps([null, "red"], [0.9, "orange"], [0.95, "green"]),
).decimals(1);

const scatter = number({
  title: "Scatter",
  description:
    "Standard deviation of its bags from their targets, as a share of the target. Rising: look at the filler.",
  unit: "percentunit",
  queries: [
    table(`
      select coalesce(stddev_samp((b.weight_lb - b.target_weight) / b.target_weight), 0)::float8 as scatter
      from filler_bag b
      where ${ownBags}`),
  ],
}).decimals(2);

const history = timeline(
  {
    title: "Connection history",
    description: "When it was connected. Many short gaps: Wi-Fi, cable or plug.",
    unit: "none",
    queries: [series('max(prepuff_scale_connected{scale="$scale"})', "connection")],
  },
  { 0: ["not connected", "red"], 1: ["connected", "green"] },
);

const readings = stacked({
  title: "Readings",
  description: "Prints a minute, accepted and rejected.",
  unit: "suffix: prints/min",
  queries: [
    series(
      'sum by (result) (rate(prepuff_readings_total{scale="$scale"}[$__rate_interval])) * 60',
      "{{result}}",
    ),
  ],
})
  .overrideByName("accepted", [{ id: "color", value: { mode: "fixed", fixedColor: "green" } }])
  .overrideByName("rejected", [{ id: "color", value: { mode: "fixed", fixedColor: "red" } }]);

const rejects = list({
  title: "Rejected prints, newest first",
  description:
    "What it printed that was no bag, with the reason and the bytes. The runbook “Reject rate high” says what each means.",
  unit: "none",
  queries: [
    table(`
      select
        f.received_at as "Received",
        f.reason as "Reason",
        encode(f.raw, 'escape') as "Bytes",
        f.remote_address as "From"
      from rejected_frame f
      where $__timeFilter(f.received_at) and f.scale_id = $scale
      order by f.id desc
      limit 50`),
  ],
  empty: "none in this time",
});

/** One scale, for whoever looks for the fault: is it the scale, the line, or the beads? */
export const scale: Board = {
  uid: "prepuff-scale",
  title: "Scale",
  description:
    "One scale: connection, readings, rejects, and its weights against target, limits and the other scales.",
  from: "now-8h",
  variables: [stationVariable(), scaleVariable()],
  rows: [
    {
      height: 4,
      panels: [
        [connected, 4],
        [lastReading, 4],
        [bagsHere, 4],
        [shareHere, 4],
        [scatter, 4],
        [rejectedShare, 4],
      ],
    },
    ...scaleWeightRows,
    {
      heading: "The line",
      height: 7,
      panels: [
        [history, 12],
        [readings, 12],
      ],
    },
    { height: 9, panels: [[rejects, 24]] },
  ],
};
