-- Records the bags of a batch: every weighed frame becomes a bag with its job, number and verdict, and the ledger and
-- the outbox are written with them. Its rejected frames were kept before, in the same transaction.
--
-- Locks, always in this order: the journal's row, then the jobs by id, then the tallies of deliveries by destination.
-- A batch is taken only when it begins right behind what the journal's row says is recorded: one that was
-- committed and whose answer was lost, or that comes from a copy of the journal, changes nothing. Only late
-- entries ($late) fill free numbers that lie before it: a damaged journal gave them back after higher ones.
with journal_row as materialized (
  select recorded_through = $after as is_next, plant_id from journal where id = $journal_id for update
),
-- Those of a journal belong to its plant.
plant as materialized (
  select coalesce((select plant_id from journal_row), $plant_id) as id
),
-- Those of late entries that are recorded already.
taken as materialized (
  select journal_seq as seq from filler_bag
  where $late and journal_id = $journal_id
    and journal_seq between $first_seq and $last_seq
),
-- Those that ran when the first bag of the batch was weighed, or later.
job as materialized (
  select
    id, station, started_at, ended_at, target_weight, tolerance_percent, last_bag_num, status,
    quantity - bags_completed as remaining
  from prepuff_job
  where plant_id = (select id from plant)
    and station = any ($stations)
    and coalesce(ended_at, 'infinity') > to_timestamp($earliest_ms / 1000)
    -- Looked at first, so that the journal's row is locked first.
    and ($journal_id is null or (select is_next from journal_row) or $late)
  order by id
  for update
),
-- The stations of the batch, each with the units that were printed there: a bag names its line by number.
line as materialized (
  select * from unnest($stations, $units) with ordinality as l (station, unit, number)
),
-- What a line's bags are judged by, for each job that ran there: until it ended, or the next one began (a clock that
-- was set back makes them overlap, and a bag has one job at most). Target and bounds are in the printed unit;
-- multiplications only, so that they are exact. Reckoned here, not for each bag.
measure as materialized (
  select
    l.number, j.id, j.target_weight, j.tolerance_percent, j.last_bag_num, j.remaining, j.status, j.started_at,
    least(j.ended_at, lead(j.started_at) over (partition by l.number order by j.started_at, j.id)) as until,
    j.target_weight * units_per_lb(l.unit) as target,
    j.target_weight * units_per_lb(l.unit) * (100 - j.tolerance_percent) * 0.01 as lightest,
    j.target_weight * units_per_lb(l.unit) * (100 + j.tolerance_percent) * 0.01 as heaviest
  from line l
  join job j using (station)
),
-- The job that ran on the station at the moment of weighing, and the bag's place among this batch's for it.
placed as (
  select
    w.*, l.station, l.unit,
    m.id as job_id, m.target_weight, m.tolerance_percent, m.last_bag_num, m.remaining, m.status,
    m.target, m.lightest, m.heaviest,
    row_number() over (partition by m.id order by w.seq) as nth
  from (
    select *, to_timestamp(weighed_ms / 1000::float8) as weighed_at
    from unnest($columns) as w ($names)
  ) w
  join line l on l.number = w.line
  left join measure m
    on m.number = w.line
    -- In doubt it has no job until a person gives it one.
    and w.repeat_mark < 2
    and m.started_at <= w.weighed_at
    and (m.until is null or m.until > w.weighed_at)
  where ($journal_id is null or (select is_next from journal_row) or $late)
    and w.seq not in (select seq from taken)
),
-- Beyond the quantity a bag has no job.
judged as materialized (
  select
    -- Given here, because a look at what was inserted costs more. After the sort, as every volatile function.
    nextval('filler_bag_id_seq') as id,
    p.seq, p.uid, p.station, p.scale_id, p.printed_scale_id, p.weight, p.unit,
    p.repeat_mark % 2 = 1 as repeat_suspected, case when p.repeat_mark >= 2 then 'repeats' end as doubt, p.weighed_at, p.raw,
    case when p.nth <= p.remaining then p.job_id end as job_id,
    case when p.nth <= p.remaining then p.last_bag_num + p.nth end as bag_num,
    case when p.nth <= p.remaining then p.target_weight end as target_weight,
    case when p.nth <= p.remaining then p.tolerance_percent end as tolerance_percent,
    case when p.nth <= p.remaining then p.weight between p.lightest and p.heaviest end as in_tolerance,
    case when p.nth <= p.remaining then p.weight < p.lightest end as is_under,
    case when p.nth <= p.remaining then p.weight::float8 / p.target::float8 - 1 end as deviation,
    coalesce(p.status = 'active' and p.nth = p.remaining, false) as completes_job
  from placed p
  where p.nth <= p.remaining or not $require_job
  order by seq
),
counted as (
  update prepuff_job
  set
    bags_completed = prepuff_job.bags_completed + n.bags,
    last_bag_num = prepuff_job.last_bag_num + n.bags,
    status = case when n.completed_at is null then prepuff_job.status else 'completed' end,
    ended_at = coalesce(n.completed_at, prepuff_job.ended_at)
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
    journal_id, journal_seq, raw, doubt, plant_id
  )
  overriding system value
  select
    id, uid, job_id, bag_num, station, scale_id, printed_scale_id, weight, unit, weight_in_lb(weight, unit),
    target_weight, tolerance_percent, in_tolerance, repeat_suspected, weighed_at, $source,
    $journal_id, case when $journal_id is not null then seq end, raw, doubt, (select id from plant)
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
tally as (
  update delivery_tally t
  set pending = pending + l.added
  from (
    select destination_id, (select count(*) from outbox) / cardinality($destinations) as added
    from delivery_tally
    where destination_id = any ($destinations) and (select count(*) from outbox) > 0
    order by destination_id
    for update
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
  bool_or(in_tolerance) as in_tolerance,
  bool_or(completes_job) as completes_job,
  coalesce(sum(greatest(deviation, 0)), 0) as excess,
  coalesce(sum(greatest(-deviation, 0)), 0) as shortfall
from judged
group by 1, 2
