import { type Board, stationVariable } from "./board.ts";
import { chart, list, stacked, steps, toScale } from "./panels.ts";
import { countingBags, plantNowRows } from "./plant-now.ts";
import { lines, series, table } from "./queries.ts";

const rates = chart({
  title: "Bags an hour",
  description:
    "The speed of each station. A gap is a pause; a slow fall may be the pre-expander or the people.",
  unit: "suffix: bags/h",
  queries: [
    series(
      'sum by (station) (rate(prepuff_bags_total{station=~"$station"}[$__rate_interval])) * 3600',
      "{{station}}",
    ),
  ],
}).min(0);

const verdicts = stacked({
  title: "Bags by verdict",
  description:
    "Bags a minute: in tolerance, too light, too heavy, and without a job. `no job`: start one, then assign them.",
  unit: "suffix: bags/min",
  queries: [
    series(
      'sum by (verdict) (rate(prepuff_bags_total{station=~"$station"}[$__rate_interval])) * 60',
      "{{verdict}}",
    ),
  ],
})
  .overrideByName("in", [{ id: "color", value: { mode: "fixed", fixedColor: "green" } }])
  .overrideByName("under", [{ id: "color", value: { mode: "fixed", fixedColor: "orange" } }])
  .overrideByName("over", [{ id: "color", value: { mode: "fixed", fixedColor: "purple" } }])
  .overrideByName("no_job", [
    { id: "displayName", value: "no job" },
    { id: "color", value: { mode: "fixed", fixedColor: "gray" } },
  ]);

const shares = chart({
  title: "In tolerance by station",
  description: "Share of the bags of the half hour before each moment. Below 90 % an alert comes.",
  unit: "percentunit",
  queries: [series('1 - station:prepuff_bags_out:share30m{station=~"$station"}', "{{station}}")],
  empty: "no bag with a job in half an hour",
})
  .max(1)
  .axisSoftMin(0.8)
  .thresholds(steps([null, "red"], [0.9, "transparent"]));

const deviations = chart({
  title: "Beside the target by station",
  description:
    "Mean of the half hour before each moment. Above 0 gives beads away; beyond 2 % an alert comes.",
  unit: "percentunit",
  queries: [series('station:prepuff_bag_deviation:mean30m{station=~"$station"}', "{{station}}")],
  empty: "no bag with a job in half an hour",
})
  .axisCenteredZero(true)
  .axisSoftMin(-0.03)
  .axisSoftMax(0.03);

const signals = chart({
  title: "Open signals by station",
  description:
    "Signals of control charts that nobody acknowledged. 0 is good; for 15 minutes above it, and an alert comes.",
  unit: "none",
  queries: [series('sum by (station) (prepuff_spc_signal{station=~"$station"})', "{{station}}")],
  empty: "no job runs",
})
  .min(0)
  .decimals(0);

const lastBags = list({
  title: "Last bags",
  description: "The newest 20, newest first. A scale's number leads to its dashboard.",
  unit: "none",
  queries: [
    table(`
      select
        b.weighed_at as "Weighed",
        b.station as "Station",
        b.scale_id as "Scale",
        b.bag_num as "Bag",
        trim_scale(b.weight)::text || ' ' || b.unit as "Weight",
        case
          when b.voided_at is not null then 'voided'
          when b.in_tolerance is null then 'no job'
          when b.in_tolerance then 'in'
          when b.weight_lb < b.target_weight then 'under'
          else 'over'
        end as "Verdict"
      from filler_bag b
      where $__timeFilter(b.weighed_at) and b.station in ($station)
      order by b.weighed_at desc, b.id desc
      limit 20`),
  ],
  empty: "no bag in this time",
})
  .overrideByName("Scale", [toScale])
  .overrideByName("Verdict", [
    { id: "custom.cellOptions", value: { type: "color-text" } },
    {
      id: "mappings",
      value: [
        {
          type: "value",
          options: {
            in: { color: "green", index: 0 },
            under: { color: "orange", index: 1 },
            over: { color: "purple", index: 2 },
          },
        },
      ],
    },
  ]);

const byHour = chart({
  title: "Weight given away by station",
  description: "Pounds above the targets in each hour, as recorded: what beads cost that nobody pays for.",
  unit: "masslb",
  queries: [
    lines(`
      select $__timeGroupAlias(b.weighed_at, '1h'), b.station as metric, sum(b.weight_lb - b.target_weight)::float8 as giveaway
      from filler_bag b
      where ${countingBags} and b.target_weight is not null
      group by 1, 2
      order by 1`),
  ],
  empty: "no bag with a job",
});

/** For the supervisor: how the plant does, and what needs attention. */
export const plant: Board = {
  uid: "prepuff-plant",
  title: "Plant",
  description: "Bags against target, yield and giveaway, for the supervisor.",
  from: "now-8h",
  variables: [stationVariable()],
  rows: [
    ...plantNowRows,
    {
      heading: "The shift",
      height: 8,
      panels: [
        [rates, 12],
        [verdicts, 12],
      ],
    },
    {
      height: 8,
      panels: [
        [shares, 6],
        [deviations, 6],
        [signals, 6],
        [byHour, 6],
      ],
    },
    { heading: "Bags", height: 11, panels: [[lastBags, 24]] },
  ],
};
