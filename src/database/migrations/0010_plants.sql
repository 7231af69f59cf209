-- Several plants in one database, bags in ranges of their ids, fewer index entries for each bag, and several destinations.

-- ## Plants

-- What is here already belongs to the first plant. Its name is the default of PREPUFF_PLANT; the first appliance that
-- asks for another one renames it.
create table plant (
  id integer generated always as identity primary key,
  name varchar(100) not null unique
);
insert into plant (name) values ('Plant 1');

-- An appliance's plant is the one of its journal.
alter table journal
  add column plant_id integer not null default 1 references plant (id),
  -- The name that PREPUFF_PLANT had when the appliance was here last; null: it never said one.
  add column plant_asked varchar(100);

-- The default is for whoever fills the legacy tables and knows of no plants.
alter table prepuff_job add column plant_id integer not null default 1 references plant (id);
drop index prepuff_job_one_active_per_station;
create unique index prepuff_job_one_active_per_station on prepuff_job (plant_id, station) where status = 'active';
drop index prepuff_job_by_station_and_time;
create index prepuff_job_by_station_and_time on prepuff_job (plant_id, station, started_at);
drop index prepuff_job_by_station_and_end;
create index prepuff_job_by_station_and_end on prepuff_job (plant_id, station, (coalesce(ended_at, 'infinity')));

alter table scale add column plant_id integer not null default 1 references plant (id);
alter table scale drop constraint scale_pkey;
alter table scale add primary key (plant_id, id);

-- No foreign key here nor at bags: whoever writes the number has it from the journal's row.
alter table rejected_frame add column plant_id integer not null default 1;
create index rejected_frame_by_plant on rejected_frame (plant_id, id);

alter table scan_bag_answer add column plant_id integer not null default 1 references plant (id);
alter table scan_bag_answer drop constraint scan_bag_answer_pkey;
alter table scan_bag_answer add primary key (plant_id, idempotency_key);

alter table audit_event add column plant_id integer not null default 1 references plant (id);
create index audit_event_by_plant on audit_event (plant_id, id);

-- ## Bags in ranges

-- What a batch of a journal brought before is told by its watermark, and nobody looks for a bag by its uid: these two
-- and the three orders of time cost more than half of recording a bag.
alter table filler_bag drop constraint filler_bag_uid_key;
alter table filler_bag drop constraint filler_bag_journal_id_journal_seq_key;
drop index filler_bag_by_time;
drop index filler_bag_by_station;
drop index filler_bag_by_scale;
drop index filler_bag_unassigned;
drop index filler_bag_under;
drop index filler_bag_over;
drop index filler_bag_voided;

alter table filler_bag add column plant_id integer not null default 1;

-- The table of before becomes the first range as it is: nothing of it is written again. A new range begins every
-- 10,000,000 bags (some 5 GB with their deliveries): few enough for a quick plan, and what is dropped or moved at once.
do $$
declare
  given bigint;
  is_used boolean;
  upper_end bigint;
  first_range text;
begin
  select last_value, is_called into given, is_used from filler_bag_id_seq;
  upper_end := (greatest(given, (select coalesce(max(id), 0) from filler_bag)) / 10000000 + 1) * 10000000;
  first_range := 'filler_bag_below_' || upper_end;
  alter table scan_bag_answer drop constraint scan_bag_answer_filler_bag_id_fkey;
  alter table filler_bag alter column id drop identity;
  execute format('alter table filler_bag rename to %I', first_range);
  execute format('alter table %I rename constraint filler_bag_pkey to %I', first_range, first_range || '_pkey');
  execute format('alter index filler_bag_number_in_job rename to %I', first_range || '_number_in_job');

  execute format('create table filler_bag (like %I including constraints including defaults) partition by range (id)', first_range);
  create sequence filler_bag_id_seq owned by filler_bag.id;
  perform setval('filler_bag_id_seq', given, is_used);
  alter table filler_bag alter column id set default nextval('filler_bag_id_seq');
  alter table filler_bag add primary key (id);
  -- The bags of each scale at each station in the order of time. Lists of a station, of a scale and of all are merged
  -- from these few rows of bags. The scale first: numbers are compared faster than names.
  create index filler_bag_by_place on filler_bag (plant_id, scale_id, station, weighed_at, id);
  -- A handful of pages for each range: times and numbers of journals follow the order of recording, but for a few.
  create index filler_bag_by_order on filler_bag
    using brin (weighed_at timestamptz_minmax_multi_ops, journal_seq int8_minmax_multi_ops)
    with (autosummarize = on);
  -- Few bags each, so that these cost the others little. Station and scale are compared within the index.
  create index filler_bag_unassigned on filler_bag (plant_id, weighed_at, id, station, scale_id)
    where prepuff_job_id is null;
  -- First the lighter ones, then the heavier ones.
  create index filler_bag_out_of_tolerance on filler_bag (
    plant_id, (weight > target_weight * units_per_lb(unit)), weighed_at, id, station, scale_id
  ) where not in_tolerance;
  create index filler_bag_voided on filler_bag (plant_id, weighed_at, id, station, scale_id)
    where voided_at is not null;
  execute format('alter table filler_bag attach partition %I for values from (minvalue) to (%s)', first_range, upper_end);
  alter table scan_bag_answer add foreign key (filler_bag_id) references filler_bag (id);
end $$;

-- Makes ranges until one that is whole lies behind the id `through`. The next one is there before it is needed, because bags
-- that find no range are not recorded. Attaching takes no lock that reading or recording waits for; a new partition made in
-- one step would take one that waits behind a backup, and everybody behind it.
create function make_filler_bag_ranges(through bigint) returns integer language plpgsql as $$
declare
  size constant bigint := 10000000;
  made integer := 0;
  upper_end bigint;
  range_name text;
  schema_name text;
  is_locked boolean := false;
begin
  loop
    select max(substring(pg_get_expr(c.relpartbound, c.oid) from 'TO \(''(\d+)''\)')::bigint) into strict upper_end
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'filler_bag'::regclass;
    exit when upper_end - size > through;
    if not is_locked then
      -- Of two that make ranges at once the second waits here, and then finds what the first has made.
      perform set_config('lock_timeout', '2s', true);
      lock table only filler_bag in share update exclusive mode;
      is_locked := true;
      continue;
    end if;
    select relnamespace::regnamespace::text into strict schema_name from pg_class where oid = 'filler_bag'::regclass;
    range_name := 'filler_bag_below_' || upper_end + size;
    execute format('create table %s.%I (like filler_bag including all)', schema_name, range_name);
    -- Within a range; a job whose bags lie in two of them gives each number once, under its row's lock.
    execute format(
      'create unique index %I on %s.%I (prepuff_job_id, bag_num) where prepuff_job_id is not null',
      range_name || '_number_in_job', schema_name, range_name
    );
    execute format(
      'alter table filler_bag attach partition %s.%I for values from (%s) to (%s)',
      schema_name, range_name, upper_end, upper_end + size
    );
    made := made + 1;
  end loop;
  return made;
end $$;

select make_filler_bag_ranges(last_value) from filler_bag_id_seq;

-- ## Destinations

-- Where bags are delivered to: to each by itself, in its own order, at its own pace, with its own tally.

create table destination (
  -- Small, because every delivery and all of its index entries hold it.
  id smallint generated always as identity primary key,
  name varchar(100) not null unique,
  kind text not null check (kind in ('scan_bag')),
  -- 'paused': its bags wait until it is active again.
  state text not null default 'active' check (state in ('active', 'paused'))
);
-- The plant's web application: all deliveries until now were to it.
insert into destination (name, kind) values ('Web application', 'scan_bag');

-- A constant default rewrites no row: of the deliveries there are, only index entries are written. No foreign key, for
-- the reason given in 0004: destinations are never deleted.
alter table delivery add column destination_id smallint not null default 1;
alter table delivery alter column destination_id drop default;
alter table delivery drop constraint delivery_pkey;
alter table delivery add primary key (destination_id, filler_bag_id);

drop index delivery_pending, delivery_due, delivery_set_aside;
create index delivery_pending on delivery (destination_id, station, filler_bag_id) where state = 'pending';
create index delivery_due on delivery (destination_id, station, next_attempt_at, filler_bag_id)
  where state = 'parked' and next_attempt_at is not null;
create index delivery_set_aside on delivery (destination_id, state, filler_bag_id)
  where state in ('parked', 'discarded');

-- A tally for each destination, so that none waits for another's.
alter table delivery_tally add column destination_id smallint not null default 1 references destination (id);
alter table delivery_tally alter column destination_id drop default, drop column only_row;
alter table delivery_tally add primary key (destination_id);

create function begin_delivery_tally() returns trigger language plpgsql as $$
begin
  insert into delivery_tally (destination_id) values (new.id);
  return null;
end $$;

create trigger destination_added after insert on destination
  for each row execute function begin_delivery_tally();

create or replace function tally_deliveries_changed() returns trigger language plpgsql as $$
begin
  update delivery_tally t
  set pending = t.pending + d.pending,
    parked = t.parked + d.parked,
    delivered = t.delivered + d.delivered,
    discarded = t.discarded + d.discarded
  from (
    select
      destination_id,
      coalesce(sum(sign) filter (where state = 'pending'), 0) as pending,
      coalesce(sum(sign) filter (where state = 'parked'), 0) as parked,
      coalesce(sum(sign) filter (where state = 'delivered'), 0) as delivered,
      coalesce(sum(sign) filter (where state = 'discarded'), 0) as discarded
    from (
      select destination_id, state, 1 as sign from after_change
      union all
      select destination_id, state, -1 from before_change
    ) s
    group by destination_id
  ) d
  where t.destination_id = d.destination_id
    and (d.pending <> 0 or d.parked <> 0 or d.delivered <> 0 or d.discarded <> 0);
  return null;
end $$;
