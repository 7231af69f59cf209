import { type Board, stationVariable } from "./board.ts";
import { alerts, bars, chart, list, number, stacked, steps, toScale } from "./panels.ts";
import { lines, now, series, table } from "./queries.ts";

/** Bags of the chosen stations and time that count: voided ones do not. */
export const countingBags = `$__timeFilter(b.weighed_at) and b.station in ($station) and b.voided_at is null`;

const bagsNow = number({
  title: "Bags",
  description: "Bags weighed in the time chosen above, with and without a job. Voided ones do not count.",
  unit: "short",
  queries: [table(`select count(*) as bags from filler_bag b where ${countingBags}`)],
});

const share = number(
  {
    title: "In tolerance",
    description: "Share of the bags that had a job. 95 % and more is good, below 90 % an alert comes.",
    unit: "percentunit",
    queries: [
      table(`
        select avg(b.in_tolerance::int)::float8 as share
        from filler_bag b
        where ${countingBags}`),
    ],
    empty: "no bag with a job",
  },
  steps([null, "red"], [0.9, "orange"], [0.95, "green"]),
).decimals(1);

const giveaway = number(
  {
    title: "Giveaway",
    description: "How much more the bags weigh than their targets, together. Below 0: they are too light.",
    unit: "masslb",
    queries: [
      table(`
        select sum(b.weight_lb - b.target_weight)::float8 as giveaway
        from filler_bag b
        where ${countingBags}`),
    ],
    empty: "no bag with a job",
  },
  steps([null, "orange"], [0, "text"]),
).decimals(1);

const giveawayShare = number(
  {
    title: "Giveaway a bag",
    description: "How far a bag lies above its target on average. More than 2 % to either side is an alert.",
    unit: "percentunit",
    queries: [
      table(`
        select avg((b.weight_lb - b.target_weight) / b.target_weight)::float8 as giveaway
        from filler_bag b
        where ${countingBags}`),
    ],
    empty: "no bag with a job",
  },
  steps([null, "red"], [-0.02, "green"], [0.02, "red"]),
).decimals(2);

const rateNow = number({
  title: "Rate",
  description: "Bags an hour, at the speed of the last minutes.",
  unit: "suffix: bags/h",
  queries: [series('sum(rate(prepuff_bags_total{station=~"$station"}[$__rate_interval])) * 3600', "rate")],
}).decimals(0);

const scalesNow = number(
  {
    title: "Scales without a connection",
    description: "Scales that were seen in the last 7 days, or are configured, and are not connected now.",
    unit: "short",
    queries: [
      now(
        'sum(1 - prepuff_scale_connected * on (instance, scale) group_left (station) prepuff_scale_info{station=~"$station"})',
      ),
    ],
  },
  steps([null, "green"], [1, "red"]),
);

const againstTarget = bars(
  {
    title: "Bags against target",
    description: "How far each station's active job is. A station without a job has no bar.",
    unit: "percentunit",
    queries: [
      now(
        'prepuff_job_bags_completed{station=~"$station"} / on (instance, station) prepuff_job_bags_target',
        "{{station}}",
      ),
    ],
    empty: "no job is running",
  },
  1,
);

const attention = alerts(
  "What needs attention",
  "Alerts that fire now, the gravest first. Each says what to do. Empty is good.",
);

const jobs = list({
  title: "Jobs",
  description:
    "What runs on each station, and when it will be done at the speed of the last half hour; empty where no bag came.",
  unit: "none",
  queries: [
    table(`
      select
        j.station as "Station",
        c.name as "Company",
        j.target_weight::float8 as "Target",
        j.bags_completed as "Bags",
        j.quantity - j.bags_completed as "To go",
        now() + (j.quantity - j.bags_completed) * interval '30 minutes' / nullif(recent.bags, 0) as "Done at"
      from prepuff_job j
      join prepuff_company c on c.id = j.prepuff_company_id
      cross join lateral (
        select count(*) as bags
        from filler_bag b
        where b.station = j.station and b.weighed_at > now() - interval '30 minutes' and b.prepuff_job_id = j.id
      ) recent
      where j.status = 'active' and j.station in ($station)
      order by j.station`),
  ],
  empty: "no job is running",
}).overrideByName("Target", [
  { id: "unit", value: "masslb" },
  { id: "decimals", value: 2 },
]);

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
    {
      height: 4,
      panels: [
        [bagsNow, 4],
        [share, 4],
        [giveaway, 4],
        [giveawayShare, 4],
        [rateNow, 4],
        [scalesNow, 4],
      ],
    },
    {
      height: 8,
      panels: [
        [attention, 8],
        [againstTarget, 6],
        [jobs, 10],
      ],
    },
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
        [shares, 8],
        [deviations, 8],
        [byHour, 8],
      ],
    },
    { heading: "Bags", height: 11, panels: [[lastBags, 24]] },
  ],
};
