-- Planned jobs in a queue at each station, products, jobs that are changed while they run, and lots.

-- ## Stations

-- What people set for a station; one without a row is as by default.
create table station (
  plant_id integer not null references plant (id),
  name varchar(50) not null,
  -- Where a job is complete and another one is planned: it waits for a person, or it begins at that moment.
  next_job_begins text not null default 'by_hand' check (next_job_begins in ('by_hand', 'by_itself')),
  primary key (plant_id, name)
);

-- ## Products

create table product (
  id integer generated always as identity primary key,
  plant_id integer not null references plant (id),
  name varchar(200) not null,
  -- lb
  target_weight numeric(10, 2) not null check (target_weight > 0),
  tolerance_percent numeric(5, 2) not null check (tolerance_percent between 0 and 100),
  -- Bags of a job, as a rule.
  quantity integer check (quantity > 0),
  -- The unit that its weights are shown in; null: the reader's.
  unit varchar(10) check (unit in ('lb', 'kg')),
  price_per_lb numeric(12, 4) check (price_per_lb >= 0),
  -- Cubic feet.
  bag_volume numeric(10, 3) check (bag_volume > 0),
  note varchar(500),
  -- Then no job is started from it any more; its jobs still name it.
  retired_at timestamptz
);
-- The names of retired ones are free again.
create unique index product_name_in_use on product (plant_id, lower(name)) where retired_at is null;

-- ## Planned jobs

alter table prepuff_job
  -- What the product said when the job was made; changes of the product do not touch it.
  add column product_id integer references product (id),
  add column product varchar(200),
  add column unit varchar(10) check (unit in ('lb', 'kg')),
  add column price_per_lb numeric(12, 4) check (price_per_lb >= 0),
  add column bag_volume numeric(10, 3) check (bag_volume > 0),
  add column note varchar(500),
  -- Its place in the station's queue, 1 first; only while it is planned.
  add column queue_place integer check (queue_place > 0),
  -- Planned at a station where the next job begins by itself. Kept here, so that recording looks at one table.
  add column begins_itself boolean not null default false,
  -- Since when its target and tolerance hold; bags weighed earlier have those of job_change. Null: since it began.
  add column terms_since timestamptz,
  alter column started_at drop not null,
  drop constraint prepuff_job_status_check,
  drop constraint prepuff_job_check,
  add constraint prepuff_job_status_check check (status in ('planned', 'active', 'completed', 'cancelled')),
  add constraint prepuff_job_planned_check check (
    (status = 'planned') = (started_at is null)
    and (status = 'planned') = (queue_place is not null)
    and (status = 'planned' or not begins_itself)
  ),
  add constraint prepuff_job_ended_check check ((status in ('planned', 'active')) = (ended_at is null));

create index prepuff_job_planned on prepuff_job (plant_id, station, queue_place) where status = 'planned';
create index prepuff_job_by_product on prepuff_job (product_id, started_at) where product_id is not null;
-- What recording looks at: without what is planned, but for what may begin within a batch.
drop index prepuff_job_by_station_and_end;
create index prepuff_job_by_station_and_end on prepuff_job (plant_id, station, (coalesce(ended_at, 'infinity')))
  where status <> 'planned' or begins_itself;

-- Begins the next job where that is so set, at the moment at which the one before it was completed: by its last bag, by a bag
-- that was assigned, or by a person. In the same transaction, so that no bag comes between.
create function begin_next_job() returns trigger language plpgsql as $$
declare
  next_id integer;
begin
  select id into next_id
  from prepuff_job
  where plant_id = new.plant_id and station = new.station and status = 'planned' and begins_itself
  order by queue_place, id
  limit 1
  for update;
  if next_id is null then
    return null;
  end if;
  update prepuff_job
  set status = 'active', started_at = new.ended_at, queue_place = null, begins_itself = false
  where id = next_id;
  update prepuff_job
  set queue_place = queue_place - 1
  where plant_id = new.plant_id and station = new.station and status = 'planned';
  insert into audit_event (plant_id, at, actor, action, subject, detail, before, after)
  values (
    new.plant_id, new.ended_at, 'appliance', 'job.start', 'job:' || next_id, jsonb_build_object('after_job', new.id),
    '{"status": "planned"}', '{"status": "active"}'
  );
  -- The bags of one batch may have filled this one, too.
  update prepuff_job j
  set status = 'completed', ended_at = (
    select b.weighed_at from filler_bag b where b.prepuff_job_id = j.id order by b.bag_num desc limit 1
  )
  where j.id = next_id and j.bags_completed >= j.quantity;
  return null;
end $$;

create trigger job_completed after update on prepuff_job
  for each row when (old.status = 'active' and new.status = 'completed')
  execute function begin_next_job();

-- ## Changes of a running job

-- What a job wanted until it was changed.
create table job_change (
  id bigint generated always as identity primary key,
  job_id integer not null references prepuff_job (id),
  -- Bags weighed from then on have the new target and tolerance.
  since timestamptz not null,
  actor text not null,
  reason varchar(500) not null,
  -- As they were before.
  prepuff_company_id integer not null references prepuff_company (id),
  target_weight numeric(10, 2) not null,
  tolerance_percent numeric(5, 2) not null,
  quantity integer not null
);
create index job_change_by_job on job_change (job_id, since);

-- Target and tolerance that a job had when a bag was weighed, where it was changed since.
create function earlier_terms(job integer, weighed_at timestamptz) returns numeric[] stable parallel safe language sql as $$
  select array[c.target_weight, c.tolerance_percent]
  from job_change c
  where c.job_id = job and c.since > weighed_at
  order by c.since, c.id
  limit 1
$$;

-- ## Lots

-- The lots that a job was filled from. A bag's lot is the one that its job had when it was weighed: the times say it, so that
-- recording writes nothing for it, and a bag that is recorded late has the right one.
create table job_lot (
  id bigint generated always as identity primary key,
  job_id integer not null references prepuff_job (id) on delete cascade,
  -- Null: from then on none.
  lot varchar(100),
  since timestamptz not null
);
create index job_lot_by_job on job_lot (job_id, since, id);
create index job_lot_by_lot on job_lot (lot, job_id) where lot is not null;
