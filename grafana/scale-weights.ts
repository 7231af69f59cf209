import { LineInterpolation, VisibilityMode } from "@grafana/grafana-foundation-sdk/common";
import type { Row } from "./board.ts";
import { chart, distribution, list, toScale } from "./panels.ts";
import { lines, table } from "./queries.ts";

/** Bags of the scale, of the time chosen, that count. */
export const ownBags = `$__timeFilter(b.weighed_at) and b.scale_id = $scale and b.voided_at is null`;

const runChart = chart({
  title: "Weights against target and limits",
  description:
    "Each bag, in pounds, beside the target and the limits that were in force for it. At most the newest 2,000. A run on one side of the target is drift, also within the limits.",
  unit: "masslb",
  queries: [
    lines(`
      select time, weight, target, lower, upper
      from (
        select
          b.weighed_at as time,
          b.weight_lb::float8 as weight,
          b.target_weight::float8 as target,
          (b.target_weight * (1 - b.tolerance_percent / 100))::float8 as lower,
          (b.target_weight * (1 + b.tolerance_percent / 100))::float8 as upper
        from filler_bag b
        where ${ownBags}
        order by b.weighed_at desc
        limit 2000
      ) newest
      order by time`),
  ],
  empty: "no bag in this time",
})
  .decimals(2)
  .lineInterpolation(LineInterpolation.StepAfter)
  .overrideByName("weight", [
    { id: "custom.drawStyle", value: "points" },
    { id: "custom.showPoints", value: VisibilityMode.Always },
    { id: "custom.pointSize", value: 5 },
    { id: "color", value: { mode: "fixed", fixedColor: "blue" } },
  ])
  .overrideByName("target", [{ id: "color", value: { mode: "fixed", fixedColor: "green" } }])
  .overrideByRegexp("lower|upper", [
    { id: "color", value: { mode: "fixed", fixedColor: "red" } },
    { id: "custom.lineStyle", value: { fill: "dash", dash: [10, 10] } },
  ]);

const spread = distribution({
  title: "How its weights are spread",
  description: "Bags by how far they lie from the target, in percent of it. One hump around 0 is good.",
  unit: "percent",
  queries: [
    table(`
      select (100 * (b.weight_lb - b.target_weight) / b.target_weight)::float8 as "from target"
      from filler_bag b
      where ${ownBags} and b.target_weight is not null
      order by b.weighed_at desc
      limit 5000`),
  ],
  empty: "no bag with a job",
});

const comparison = list({
  title: "Against the others on the same job",
  description:
    "All scales with bags of the jobs that this scale had in the time chosen. A mean that differs from the others' is the scale, not the beads.",
  unit: "none",
  queries: [
    table(`
      select
        b.scale_id as "Scale",
        count(*) as "Bags",
        avg((b.weight_lb - b.target_weight) / b.target_weight)::float8 as "Mean",
        coalesce(stddev_samp((b.weight_lb - b.target_weight) / b.target_weight), 0)::float8 as "Scatter",
        avg(b.in_tolerance::int)::float8 as "In tolerance"
      from filler_bag b
      where $__timeFilter(b.weighed_at)
        and b.voided_at is null
        and b.prepuff_job_id in (select b.prepuff_job_id from filler_bag b where ${ownBags})
      group by b.scale_id
      order by b.scale_id`),
  ],
  empty: "no bag with a job",
})
  .overrideByName("Scale", [toScale])
  .overrideByRegexp("Mean|Scatter|In tolerance", [
    { id: "unit", value: "percentunit" },
    { id: "decimals", value: 2 },
  ]);

/** Whether it is the scale, or the beads. */
export const scaleWeightRows: readonly Row[] = [
  { heading: "Weights", height: 10, panels: [[runChart, 24]] },
  {
    height: 8,
    panels: [
      [comparison, 14],
      [spread, 10],
    ],
  },
];
