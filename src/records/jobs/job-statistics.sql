-- One job's figures, over the bags that count. The grouping sets give the whole, each scale, each hour and each bar of the
-- histogram in one reading of the job's bags, which the index on job and number has side by side. (Summing up by all three
-- first, and then the sums, was tried: as fast, and longer.)
--
-- Weights in lb. All of it is numeric, so sums and means are exact; only the printed result is rounded. The bars are a tenth of
-- the tolerance wide (of 1 % where it is less) and begin at the target, so that the limits lie between two bars; `div` is
-- exact where `/` rounds.
with job as materialized (
  select target_weight - 20 * bar_width as lowest, bar_width
  from (
    select target_weight, target_weight * greatest(tolerance_percent, 1) * 0.001 as bar_width
    from prepuff_job
    where id = $1
  ) j
),
counted as (
  select
    b.scale_id as scale, b.weighed_at, b.weight_lb, b.target_weight, b.in_tolerance,
    not b.in_tolerance and b.weight < b.target_weight * units_per_lb(b.unit) as is_under,
    date_trunc('hour', b.weighed_at, 'UTC') as hour,
    case
      when b.weight_lb < job.lowest then -1
      else least(div(b.weight_lb - job.lowest, job.bar_width), 40)
    end::integer as bar
  from filler_bag b
  cross join job
  -- By the parameter, not by the job's row: joined, Postgres may read the bags of all jobs.
  where b.prepuff_job_id = $1 and b.voided_at is null
)
select
  case grouping(scale, hour, bar) when 7 then 'all' when 3 then 'scale' when 5 then 'hour' else 'bar' end as part,
  scale, hour, bar,
  count(*)::integer as bags,
  (count(*) filter (where in_tolerance))::integer as "in",
  (count(*) filter (where is_under))::integer as under,
  (count(*) filter (where not in_tolerance and not is_under))::integer as over,
  round(avg(weight_lb), 4) as mean,
  round(stddev_samp(weight_lb), 4) as standard_deviation,
  min(weight_lb) as minimum,
  max(weight_lb) as maximum,
  sum(weight_lb - target_weight) as giveaway,
  round(100 * sum(weight_lb - target_weight) / nullif(sum(target_weight), 0), 4) as giveaway_percent,
  round((count(*) filter (where in_tolerance))::numeric / nullif(count(*), 0), 4) as share_in,
  min(weighed_at) as first_weighed_at,
  max(weighed_at) as last_weighed_at,
  round(
    3600 * (count(*) - 1) / nullif(extract(epoch from max(weighed_at) - min(weighed_at)), 0), 1
  ) as bags_per_hour,
  (select lowest from job) as lowest,
  (select bar_width from job) as bar_width
from counted
group by grouping sets ((), (scale), (hour), (bar))
order by hour desc nulls first, scale nulls first, bar
limit 10000
