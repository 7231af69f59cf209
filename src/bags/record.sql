-- Records a batch in one statement: every weighed frame becomes a bag with its job, number and verdict,
-- every rejected frame is kept, and the ledger and the outbox are written with them.
--
-- Locks, always in this order: the journal's row, then the jobs by id, then the tally of deliveries.
-- A batch is taken only when it begins right behind what the journal's row says is recorded: one that was
-- committed and whose answer was lost, or that comes from a copy of the journal, changes nothing. Only late
-- entries ($24) fill free numbers that lie before it: a damaged journal gave them back after higher ones.
with journal_row as materialized (
  select recorded_through = $3::bigint as is_next from journal where id = $1::uuid for update
),
weighed as materialized (
  select w.*, to_timestamp(w.weighed_ms / 1000.0) as weighed_at, w.repeat_mark = 1 as repeat_suspected
  from unnest(
    $7::bigint[], $8::uuid[], $9::text[], $10::integer[], $11::integer[],
    $12::numeric[], $13::text[], $14::bigint[], $15::integer[], $16::text[]
  ) as w (seq, uid, station, scale_id, printed_scale_id, weight, unit, weighed_ms, repeat_mark, raw)
  where $1::uuid is null
    or (select is_next from journal_row)
    or (
      $24::boolean
      and not exists (select from filler_bag b where b.journal_id = $1::uuid and b.journal_seq = w.seq)
      and not exists (select from rejected_frame f where f.journal_id = $1::uuid and f.journal_seq = w.seq)
    )
),
job as materialized (
  select
    id, station, started_at, ended_at, target_weight, tolerance_percent, last_bag_num, status,
    quantity - bags_completed as remaining
  from prepuff_job
  where station in (select station from weighed)
    and started_at <= (select max(weighed_at) from weighed)
    and (ended_at is null or ended_at > (select min(weighed_at) from weighed))
  order by id
  for update
),
-- The job that ran on the station at the moment of weighing, and the bag's place among this batch's for it.
placed as (
  select
    w.*, j.id as job_id, j.target_weight, j.tolerance_percent, j.last_bag_num, j.remaining, j.status,
    row_number() over (partition by j.id order by w.seq) as nth
  from weighed w
  left join lateral (
    select job.* from job
    where job.station = w.station
      and job.started_at <= w.weighed_at
      and (job.ended_at is null or job.ended_at > w.weighed_at)
    order by job.started_at desc
    limit 1
  ) j on true
),
-- Beyond the quantity a bag has no job.
judged as materialized (
  select
    p.seq, p.uid, p.station, p.scale_id, p.printed_scale_id, p.weight, p.unit, p.repeat_suspected, p.weighed_at, p.raw,
    j.job_id,
    case when j.job_id is not null then p.last_bag_num + p.nth end as bag_num,
    case when j.job_id is not null then p.target_weight end as target_weight,
    case when j.job_id is not null then p.tolerance_percent end as tolerance_percent,
    case when j.job_id is not null
      then is_in_tolerance(p.weight, p.unit, p.target_weight, p.tolerance_percent)
    end as in_tolerance,
    j.job_id is not null and p.status = 'active' and p.nth = p.remaining as completes_job
  from placed p
  cross join lateral (select case when p.nth <= p.remaining then p.job_id end as job_id) j
  where j.job_id is not null or not $5::boolean
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
    uid, prepuff_job_id, bag_num, station, scale_id, printed_scale_id, weight, unit, weight_lb,
    target_weight, tolerance_percent, in_tolerance, repeat_suspected, weighed_at, source,
    journal_id, journal_seq, raw
  )
  select
    uid, job_id, bag_num, station, scale_id, printed_scale_id, weight, unit, weight_in_lb(weight, unit),
    target_weight, tolerance_percent, in_tolerance, repeat_suspected, weighed_at, $6::text,
    $1::uuid, case when $1::uuid is not null then seq end, raw
  from judged
  order by seq
  returning id, uid, prepuff_job_id, bag_num, station, in_tolerance
),
outbox as (
  insert into delivery (filler_bag_id, station)
  select id, station from bag where $4::boolean
),
refused as (
  insert into rejected_frame (received_at, remote_address, scale_id, raw, reason, detail, journal_id, journal_seq)
  select to_timestamp(r.received_ms / 1000.0), r.remote_address, nullif(r.scale_id, 0), decode(r.raw_hex, 'hex'),
    r.reason, nullif(r.detail, ''), $1::uuid, r.seq
  from unnest(
    $17::bigint[], $18::bigint[], $19::text[], $20::integer[], $21::text[], $22::text[], $23::text[]
  ) as r (seq, received_ms, remote_address, scale_id, reason, raw_hex, detail)
  where (select is_next from journal_row)
    or (
      $24::boolean
      and not exists (select from filler_bag b where b.journal_id = $1::uuid and b.journal_seq = r.seq)
      and not exists (select from rejected_frame f where f.journal_id = $1::uuid and f.journal_seq = r.seq)
    )
  order by r.seq
  returning id
),
ledger as (
  update journal
  set
    recorded_through = greatest(recorded_through, $2::bigint),
    bags = bags + (select count(*) from bag),
    rejected = rejected + (select count(*) from refused)
  where id = $1::uuid and ($24::boolean or (select is_next from journal_row))
)
select
  bag.station,
  case
    when bag.in_tolerance is null then 'no_job'
    when bag.in_tolerance then 'in'
    when judged.weight < judged.target_weight * units_per_lb(judged.unit) then 'under'
    else 'over'
  end as verdict,
  array_agg(bag.id order by bag.id) as ids,
  max(bag.prepuff_job_id) as job_id,
  max(bag.bag_num) as bag_num,
  bool_or(bag.in_tolerance) as in_tolerance,
  bool_or(judged.completes_job) as completes_job,
  coalesce(sum(greatest(deviation, 0)), 0) as excess,
  coalesce(sum(greatest(-deviation, 0)), 0) as shortfall,
  null::bigint[] as rejected_ids
from bag
join judged using (uid)
-- From the target, as a share of it. For statistics only, so a floating-point number will do.
cross join lateral (
  select judged.weight::float8 / (judged.target_weight * units_per_lb(judged.unit))::float8 - 1 as deviation
) d
group by 1, 2
union all
select null, null, null, null, null, null, null, null, null, array_agg(id order by id) from refused having count(*) > 0
