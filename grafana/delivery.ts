import type { Row } from "./board.ts";
import { chart, list, number, stacked, state, steps } from "./panels.ts";
import { now, quantile, series, table } from "./queries.ts";

const ofDestination = 'destination=~"$destination"';

const upstream = state(
  {
    title: "Destinations",
    description:
      "Whether each takes bags, such as the web application. While one does not, its bags wait here and nothing is lost.",
    unit: "none",
    queries: [
      now('min by (destination) (prepuff_upstream_up{destination=~"$destination"})', "{{destination}}"),
    ],
    empty: "nothing is forwarded",
  },
  { 0: ["away", "red"], 1: ["takes bags", "green"] },
);

const waiting = number(
  {
    title: "Bags that wait",
    description: "Recorded here, and not yet at their destination.",
    unit: "short",
    queries: [
      series(
        'sum by (destination) (prepuff_deliveries{destination=~"$destination",state="pending"})',
        "{{destination}}",
      ),
    ],
  },
  steps([null, "green"], [100, "orange"], [1000, "red"]),
);

const parked = number(
  {
    title: "Bags set aside",
    description:
      "Refused by their destination. Those for which no job runs there are tried again, the others wait for a person.",
    unit: "short",
    queries: [
      series(
        'sum by (destination) (prepuff_deliveries{destination=~"$destination",state="parked"})',
        "{{destination}}",
      ),
    ],
  },
  steps([null, "green"], [1, "orange"]),
);

const age = number(
  {
    title: "Oldest bag that waits",
    description: "Since it was weighed. Above 15 minutes an alert comes.",
    unit: "s",
    queries: [
      series(
        'max by (destination) (prepuff_delivery_oldest_pending_seconds{destination=~"$destination"})',
        "{{destination}}",
      ),
    ],
  },
  steps([null, "green"], [300, "orange"], [900, "red"]),
).decimals(0);

const catchUp = number({
  title: "Catches up in",
  description: "How long each destination needs for what waits, at the speed of the last 5 minutes.",
  unit: "s",
  queries: [
    now(
      'max by (destination) (instance:prepuff_delivery_catchup:seconds{destination=~"$destination"})',
      "{{destination}}",
    ),
  ],
  empty: "not at all: nothing is taken",
}).decimals(0);

const outcomes = stacked({
  title: "Outcomes",
  description: "Requests a minute, by how they ended. `retry`: no useful answer; `parked`: refused.",
  unit: "suffix: requests/min",
  queries: [
    series(
      'sum by (outcome) (rate(prepuff_upstream_requests_total{destination=~"$destination"}[$__rate_interval])) * 60',
      "{{outcome}}",
    ),
  ],
  empty: "nothing is forwarded",
})
  .overrideByName("delivered", [{ id: "color", value: { mode: "fixed", fixedColor: "green" } }])
  .overrideByName("retry", [{ id: "color", value: { mode: "fixed", fixedColor: "orange" } }])
  .overrideByName("parked", [{ id: "color", value: { mode: "fixed", fixedColor: "purple" } }])
  .overrideByName("unauthorized", [{ id: "color", value: { mode: "fixed", fixedColor: "red" } }]);

const latency = chart({
  title: "Latency",
  description: "Half, 95 % and 99 % of the answers come within this time. Requests are given up after 10 s.",
  unit: "s",
  queries: [
    series(quantile(0.5, "prepuff_upstream_request_duration_seconds", ofDestination), "half"),
    series(quantile(0.95, "prepuff_upstream_request_duration_seconds", ofDestination), "95 %"),
    series(quantile(0.99, "prepuff_upstream_request_duration_seconds", ofDestination), "99 %"),
  ],
  empty: "nothing was forwarded",
}).min(0);

const backlog = chart({
  title: "Backlog",
  description: "Bags that wait, and those set aside, over time.",
  unit: "short",
  queries: [
    series(
      'sum by (state) (prepuff_deliveries{destination=~"$destination",state=~"pending|parked"})',
      "{{state}}",
    ),
  ],
})
  .min(0)
  .decimals(0);

const byStation = list({
  title: "Deliveries by station",
  description:
    "What waits and what is set aside on each station, since when, and what the destination said last.",
  unit: "none",
  queries: [
    table(`
      select
        s.station as "Station",
        t.name as "Destination",
        count(d.filler_bag_id) filter (where d.state = 'pending') as "Waiting",
        count(d.filler_bag_id) filter (where d.state = 'parked') as "Set aside",
        min(b.weighed_at) as "Since",
        (array_agg(d.last_error order by d.filler_bag_id) filter (where d.last_error is not null))[1] as "Last error"
      from unnest(array[$station]) as s (station)
      cross join destination t
      left join delivery d
        on d.destination_id = t.id and d.station = s.station and d.state in ('pending', 'parked')
      left join filler_bag b on b.id = d.filler_bag_id
      where t.name in ($destination)
      group by s.station, t.id
      order by s.station, t.id`),
  ],
});

/** The way of the bags to their destinations, such as the web application. */
export const deliveryRows: readonly Row[] = [
  {
    heading: "Delivery",
    height: 4,
    panels: [
      [upstream, 4],
      [waiting, 5],
      [age, 5],
      [catchUp, 5],
      [parked, 5],
    ],
  },
  {
    height: 8,
    panels: [
      [outcomes, 8],
      [latency, 8],
      [backlog, 8],
    ],
  },
  { height: 7, panels: [[byStation, 24]] },
];
