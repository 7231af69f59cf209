-- The legacy tables and columns, and what an appliance needs beside them.

create table prepuff_company (
  id integer generated always as identity primary key,
  name varchar(200) not null unique
);

create table prepuff_job (
  id integer generated always as identity primary key,
  prepuff_company_id integer not null references prepuff_company (id),
  target_weight numeric(10, 2) not null check (target_weight > 0),
  tolerance_percent numeric(5, 2) not null check (tolerance_percent between 0 and 100),
  quantity integer not null check (quantity > 0),
  bags_completed integer not null default 0 check (bags_completed >= 0),
  -- Voiding lowers bags_completed; numbers are never given twice, so the last one is kept apart.
  last_bag_num integer not null default 0,
  station varchar(50) not null,
  status text not null default 'active' check (status in ('active', 'completed', 'cancelled')),
  started_by varchar(200) not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  check ((status = 'active') = (ended_at is null))
);

create unique index prepuff_job_one_active_per_station on prepuff_job (station) where status = 'active';
create index prepuff_job_by_station_and_time on prepuff_job (station, started_at);

-- Units in a pound, exact by definition: the international pound is 0.45359237 kg (NIST SP 811, appendix B).
create function units_per_lb(unit text) returns numeric immutable parallel safe
  return case unit when 'lb' then 1 when 'kg' then 0.45359237 when 'g' then 453.59237 when 'oz' then 16 end;

-- In pounds for people and statistics, to four decimals; as printed where the scale printed pounds.
-- Never used for the verdict: a kilogram is no finite decimal number of pounds.
create function weight_in_lb(weight numeric, unit text) returns numeric immutable parallel safe
  return case unit when 'lb' then weight else round(weight / units_per_lb(unit), 4) end;

-- |weight - target| <= target × tolerance, bounds included. Multiplications only, so numeric keeps it exact;
-- the target (lb) is brought to the printed unit, not the weight to pounds.
create function is_in_tolerance(weight numeric, unit text, target_lb numeric, tolerance_percent numeric)
  returns boolean immutable parallel safe
  return abs(weight - target_lb * units_per_lb(unit)) * 100
    <= target_lb * units_per_lb(unit) * tolerance_percent;

create table filler_bag (
  id bigint generated always as identity primary key,
  uid uuid not null unique,
  prepuff_job_id integer references prepuff_job (id),
  bag_num integer,
  station varchar(50) not null,
  scale_id integer not null,
  printed_scale_id integer not null,
  weight numeric not null check (weight > 0),
  unit varchar(10) not null check (unit in ('lb', 'kg', 'g', 'oz')),
  weight_lb numeric not null,
  target_weight numeric(10, 2),
  tolerance_percent numeric(5, 2),
  in_tolerance boolean,
  repeat_suspected boolean not null default false,
  weighed_at timestamptz not null,
  recorded_at timestamptz not null default now(),
  source text not null check (source in ('scale', 'api', 'manual')),
  journal_id uuid,
  journal_seq bigint,
  raw text,
  voided_at timestamptz,
  void_reason text,
  voided_by text,
  unique (journal_id, journal_seq),
  check ((prepuff_job_id is null) = (bag_num is null)),
  check ((prepuff_job_id is null) = (in_tolerance is null))
);

create unique index filler_bag_number_in_job on filler_bag (prepuff_job_id, bag_num)
  where prepuff_job_id is not null;
-- One for each filter of the list of bags, in its order, newest weighing first: a page takes milliseconds at any
-- size, also for a station that closed years ago. Bags come in the order of time, so the right edge stays cached.
create index filler_bag_by_time on filler_bag (weighed_at, id);
create index filler_bag_by_station on filler_bag (station, weighed_at, id);
create index filler_bag_by_scale on filler_bag (scale_id, weighed_at, id);
-- Few bags each, so that these cost the others little. Station and scale are compared within the index.
create index filler_bag_unassigned on filler_bag (weighed_at, id, station, scale_id)
  where prepuff_job_id is null;
create index filler_bag_under on filler_bag (weighed_at, id, station, scale_id)
  where not in_tolerance and weight < target_weight * units_per_lb(unit);
create index filler_bag_over on filler_bag (weighed_at, id, station, scale_id)
  where not in_tolerance and weight > target_weight * units_per_lb(unit);
create index filler_bag_voided on filler_bag (weighed_at, id, station, scale_id)
  where voided_at is not null;

create table rejected_frame (
  id bigint generated always as identity primary key,
  received_at timestamptz not null,
  remote_address text not null,
  scale_id integer,
  raw bytea not null,
  reason text not null,
  -- Postgres's own words, where it refused a record (reason 'refused').
  detail text,
  journal_id uuid not null,
  journal_seq bigint not null,
  unique (journal_id, journal_seq)
);

-- One row for each appliance's journal: how far it is recorded, and as what.
-- The counts are kept beside the records, in their transaction, so that nobody has to count 50 million bags.
create table journal (
  id uuid primary key,
  recorded_through bigint not null default 0,
  bags bigint not null default 0,
  rejected bigint not null default 0
);

create table delivery (
  filler_bag_id bigint primary key references filler_bag (id),
  station varchar(50) not null,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'parked', 'discarded')),
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  last_status integer,
  last_error text,
  delivered_at timestamptz,
  upstream_bag_id bigint,
  upstream_bag_num integer,
  upstream_in_tolerance boolean,
  upstream_job_complete boolean
);

create index delivery_pending on delivery (station, filler_bag_id) where state = 'pending';
-- What is to be tried again by itself, and what a person looks at.
create index delivery_due on delivery (station, next_attempt_at, filler_bag_id)
  where state = 'parked' and next_attempt_at is not null;
create index delivery_set_aside on delivery (state, filler_bag_id) where state in ('parked', 'discarded');

-- How many deliveries stand in each state, in one row kept by triggers: metrics must not count the table.
create table delivery_tally (
  only_row boolean primary key default true check (only_row),
  pending bigint not null default 0,
  parked bigint not null default 0,
  delivered bigint not null default 0,
  discarded bigint not null default 0
);
insert into delivery_tally default values;

create function tally_deliveries_added() returns trigger language plpgsql as $$
begin
  update delivery_tally t
  set pending = t.pending + a.pending,
    parked = t.parked + a.parked,
    delivered = t.delivered + a.delivered,
    discarded = t.discarded + a.discarded
  from (
    select
      count(*) filter (where state = 'pending') as pending,
      count(*) filter (where state = 'parked') as parked,
      count(*) filter (where state = 'delivered') as delivered,
      count(*) filter (where state = 'discarded') as discarded
    from added
  ) a
  where a.pending + a.parked + a.delivered + a.discarded > 0;
  return null;
end $$;

create function tally_deliveries_changed() returns trigger language plpgsql as $$
begin
  update delivery_tally t
  set pending = t.pending + d.pending,
    parked = t.parked + d.parked,
    delivered = t.delivered + d.delivered,
    discarded = t.discarded + d.discarded
  from (
    select
      coalesce(sum(sign) filter (where state = 'pending'), 0) as pending,
      coalesce(sum(sign) filter (where state = 'parked'), 0) as parked,
      coalesce(sum(sign) filter (where state = 'delivered'), 0) as delivered,
      coalesce(sum(sign) filter (where state = 'discarded'), 0) as discarded
    from (select state, 1 as sign from after_change union all select state, -1 from before_change) s
  ) d
  where d.pending <> 0 or d.parked <> 0 or d.delivered <> 0 or d.discarded <> 0;
  return null;
end $$;

create trigger delivery_added after insert on delivery
  referencing new table as added
  for each statement execute function tally_deliveries_added();
create trigger delivery_changed after update on delivery
  referencing old table as before_change new table as after_change
  for each statement execute function tally_deliveries_changed();

create table scale (
  id integer primary key check (id > 0),
  name varchar(100),
  -- Set by a person through the API; null: as configured (PREPUFF_STATIONS, PREPUFF_STATION, PREPUFF_UNKNOWN_SCALES).
  station varchar(50),
  enabled boolean,
  remote_address text,
  first_seen_at timestamptz,
  last_seen_at timestamptz
);

create table audit_event (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  actor text not null,
  action text not null,
  subject text not null,
  detail jsonb not null default '{}'
);

-- The first answer to each Idempotency-Key of scan_bag, to be given again word for word.
create table scan_bag_answer (
  idempotency_key text primary key,
  filler_bag_id bigint not null references filler_bag (id),
  job_complete boolean not null,
  answered_at timestamptz not null default now()
);
