import type { Row } from "./board.ts";
import { alerts, bars, list, number, steps } from "./panels.ts";
import { now, series, table } from "./queries.ts";

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

/** How the plant stands, and what needs attention. */
export const plantNowRows: readonly Row[] = [
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
];
