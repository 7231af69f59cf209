-- Records the bags of a batch: every weighed frame becomes a bag with its job, number and verdict, and the ledger and
-- the outbox are written with them. Its rejected frames were kept before, in the same transaction.
--
-- Locks, always in this order: the journal's row, then the jobs of each station as they ran, then the tallies of deliveries
-- by destination.
-- A batch is taken only when it begins right behind what the journal's row says is recorded: one that was
-- committed and whose answer was lost, or that comes from a copy of the journal, changes nothing. Only late
-- entries ($late) fill free numbers that lie before it: a damaged journal gave them back after higher ones. Which numbers
-- are free was asked before, in the same transaction.
with journal_row as materialized (
  select recorded_through = $after as is_next, plant_id from journal where id = $journal_id for update
),
-- Those of a journal belong to its plant.
plant as materialized (
  select coalesce((select plant_id from journal_row), $plant_id) as id
),
-- Those that ran when the first bag of the batch was weighed, or later; and where the next one begins by itself, those that
-- are planned. The one that runs is locked before them, also by who knows of none that began since.
job as materialized (
  select
    id, station, started_at, ended_at, target_weight, tolerance_percent, tare, terms_since, last_bag_num, status,
    queue_place, quantity - bags_completed as remaining
  from prepuff_job
  where plant_id = (select id from plant)
    and station = any ($line_stations)
    and coalesce(ended_at, 'infinity') > to_timestamp($earliest_ms / 1000)
    and (status <> 'planned' or begins_itself)
    -- Looked at first, so that the journal's row is locked first.
    and ($journal_id is null or (select is_next from journal_row) or $late)
  order by station, started_at, ended_at, queue_place, id
  for update
),
-- What a line's bags are judged by, for each job that ran at its station: until it ended, or the next one began (a clock
-- that was set back makes them overlap, and a bag has one job at most). Target and bounds are in the printed unit;
-- multiplications only, so that they are exact. Reckoned here, not for each bag.
--
-- A planned job has the time of the one that runs, and takes the bags behind those that are still wanted before it
-- (`skip`). That the one before is completed then begins it (the trigger job_completed).
measure as materialized (
  select
    l.number, j.id, j.target_weight, j.tolerance_percent, j.terms_since, j.last_bag_num, j.remaining,
    j.status = 'planned' as is_planned, j.ended_at is null as is_open,
    case
      when j.status <> 'planned' then j.started_at
      -- None began after it, as where the clock was set back.
      when max(j.started_at) filter (where j.status = 'active') over at_station = max(j.started_at) over at_station
        then max(j.started_at) over at_station
    end as started_at,
    case when j.status <> 'planned' then 0 else sum(j.remaining) filter (where j.ended_at is null) over at_station end as skip,
    least(j.ended_at, lead(j.started_at) over at_station) as until,
    -- Every bag of its station in this batch is the job's, so that their places there are their places in the job.
    lag(j.id) over at_station is null and lead(j.started_at) over at_station is null
      and j.started_at <= to_timestamp(l.earliest_ms / 1000)
      and coalesce(j.ended_at > to_timestamp(l.latest_ms / 1000), true) as is_whole,
    case when l.marks & 4 <> 0 then trim_scale(round(j.tare * units_per_lb(l.unit), 4)) end as tare,
    j.target_weight * units_per_lb(l.unit) as target,
    j.target_weight * units_per_lb(l.unit) * (100 - j.tolerance_percent) * 0.01 as lightest,
    j.target_weight * units_per_lb(l.unit) * (100 + j.tolerance_percent) * 0.01 as heaviest
  from unnest($line_stations, $line_units, $line_marks, $line_earliest_ms, $line_latest_ms) with ordinality
    as l (station, unit, marks, earliest_ms, latest_ms, number)
  -- One that was full as it began takes none; the one behind it may have a lower number.
  join job j on j.station = l.station and (j.started_at = j.ended_at) is not true
  window at_station as (
    partition by l.number
    order by j.started_at, j.queue_place, j.id
    rows between unbounded preceding and 1 preceding
  )
),
weighed as not materialized (
  select *, to_timestamp(weighed_ms / 1000::float8) as weighed_at
  from unnest($columns) with ordinality as w ($names, n)
  where ($journal_id is null or (select is_next from journal_row) or $late)
),
-- Where a job began or ended within the batch, the bags' places in it are counted.
recounted as materialized (
  select w.n, row_number() over (partition by m.id order by w.n) as nth
  from weighed w
  join measure m
    on m.number = w.line and m.started_at <= w.weighed_at and (m.until is null or m.until > w.weighed_at)
  where (select not bool_and(is_whole) from measure where not is_planned) and not m.is_whole and not m.is_planned and w.place > 0
),
-- Given here, in the order of weighing, because a look at what was inserted costs more; and after the jobs are locked, so
-- that of two batches for a job the one that comes first has the lower ids.
given as materialized (
  select array_agg(nextval('filler_bag_id_seq')) as ids
  from generate_series(1, $bags)
  where (select count(*) from measure) >= 0 and ($journal_id is null or (select is_next from journal_row) or $late)
),
-- The job that ran on the station at the moment of weighing, and the bag's place among this batch's for it. Beyond the
-- quantity a bag has no job, or the next one.
placed as (
  select
    w.n, w.seq, w.uid, w.line, w.weighed_at, w.raw,
    -- As `tare_of`: of an empty bag nothing is taken off.
    case when w.weight > m.tare then m.tare end as tare,
    case when w.weight > m.tare then w.weight - m.tare else w.weight end as weight,
    m.id as job_id, m.target_weight, m.tolerance_percent, m.last_bag_num, m.remaining, m.is_open,
    m.target, m.lightest, m.heaviest,
    coalesce(r.nth, w.place) - m.skip as nth,
    case when w.weighed_at < m.terms_since then earlier_terms(m.id, w.weighed_at) end as earlier
  from weighed w
  left join recounted r on r.n = w.n
  left join measure m
    on m.number = w.line
    -- In doubt it has no job until a person gives it one.
    and w.place > 0
    and m.started_at <= w.weighed_at
    and (m.until is null or m.until > w.weighed_at)
    and coalesce(r.nth, w.place) > m.skip
    and coalesce(r.nth, w.place) <= m.skip + m.remaining
),
judged as materialized (
  select
    (select ids from given)[p.n] as id,
    p.line,
    ($line_stations)[p.line] as station,
    case when ($line_marks)[p.line] & 2 <> 0 then 'repeats' end as doubt,
    p.weighed_at,
    p.job_id,
    coalesce(p.is_open and p.nth = p.remaining, false) as completes_job,
    p.last_bag_num + p.nth as bag_num,
    coalesce(p.earlier[1], p.target_weight) as target_weight,
    coalesce(p.earlier[2], p.tolerance_percent) as tolerance_percent,
    case
      when p.earlier is null then p.weight between p.lightest and p.heaviest
      else is_in_tolerance(p.weight, ($line_units)[p.line], p.earlier[1], p.earlier[2])
    end as in_tolerance,
    p.weight, p.tare,
    case when p.earlier is null then p.target else p.earlier[1] * units_per_lb(($line_units)[p.line]) end as target,
    p.seq, p.uid, p.raw
  from placed p
  where p.job_id is not null or not $require_job
),
counted as (
  update prepuff_job
  set
    bags_completed = prepuff_job.bags_completed + n.bags,
    last_bag_num = prepuff_job.last_bag_num + n.bags,
    -- A planned one is begun, and where it is full ended, by the trigger job_completed.
    status = case when n.completed_at is null or queue_place is not null then prepuff_job.status else 'completed' end,
    ended_at = case when queue_place is null then coalesce(n.completed_at, prepuff_job.ended_at) end
  from (
    select job_id, count(*)::integer as bags, max(weighed_at) filter (where completes_job) as completed_at
    from judged
    where job_id is not null
    group by job_id
  ) n
  where prepuff_job.id = n.job_id
),
bag as (
  insert into filler_bag (
    id, uid, prepuff_job_id, bag_num, station, scale_id, printed_scale_id, weight, unit, weight_lb,
    target_weight, tolerance_percent, in_tolerance, repeat_suspected, weighed_at, source,
    journal_id, journal_seq, raw, doubt, plant_id, tare
  )
  overriding system value
  select
    id, uid, job_id, bag_num, station, ($line_scales)[line], ($line_printed_scales)[line], weight, ($line_units)[line],
    weight_in_lb(weight, ($line_units)[line]), target_weight, tolerance_percent, in_tolerance,
    ($line_marks)[line] & 1 <> 0, weighed_at, $source,
    $journal_id, case when $journal_id is not null then seq end, raw, doubt, (select id from plant),
    -- Without a job none is known yet.
    case when job_id is not null then tare when ($line_marks)[line] & 4 <> 0 then 0 end
  from judged
),
outbox as (
  insert into delivery (destination_id, filler_bag_id, station)
  select d.id, j.id, j.station
  from unnest($destinations) as d (id)
  -- Bound to the destination, so that the bags are read once for each, and not the destinations for each bag.
  cross join lateral (
    select id, station from judged where doubt is null and d.id is not null offset 0
  ) j
  returning 1
),
-- Counted from what was inserted, so that everybody waits for these rows only from then on.
added as materialized (
  select count(*) / cardinality($destinations) as deliveries from outbox having count(*) > 0
),
tally as (
  update delivery_tally t
  set pending = pending + l.deliveries
  from (
    select destination_id, deliveries
    from added, delivery_tally
    where destination_id = any ($destinations)
    order by destination_id
    for update of delivery_tally
  ) l
  where t.destination_id = l.destination_id
),
ledger as (
  update journal
  set
    recorded_through = greatest(recorded_through, $last_seq),
    bags = bags + (select count(*) from judged)
  where id = $journal_id and ($late or (select is_next from journal_row))
)
-- How far bags lie from their target is added up here and divided once, not for each bag.
select
  station,
  case
    when in_tolerance is null then 'no_job'
    when in_tolerance then 'in'
    when is_under then 'under'
    else 'over'
  end as verdict,
  string_agg(id::text, ',') as ids,
  max(job_id) as job_id,
  max(bag_num) as bag_num,
  in_tolerance,
  bool_or(completes_job) as completes_job,
  coalesce(case when in_tolerance is not null then ((sum(weight) - count(*) * target) / target)::float8 end, 0) as deviation
from (select *, weight < target as is_under from judged) j
group by line, station, in_tolerance, is_under, target
