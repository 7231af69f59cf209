-- Every key of these indexes is unique, by its id. PostgreSQL looks for duplicates all the same before it splits a page:
-- a twentieth of its work for a bag, for nothing.

alter index delivery_pkey set (deduplicate_items = off);
alter index delivery_pending set (deduplicate_items = off);
alter index delivery_due set (deduplicate_items = off);
alter index delivery_set_aside set (deduplicate_items = off);

-- Of a table in ranges each range's indexes have their own settings.
create function keep_bag_indexes_lean(bag_range regclass) returns void language plpgsql as $$
declare
  its_index regclass;
begin
  for its_index in
    select i.indexrelid
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    join pg_am a on a.oid = c.relam
    where i.indrelid = bag_range and a.amname = 'btree'
  loop
    execute format('alter index %s set (deduplicate_items = off)', its_index);
  end loop;
end $$;

select keep_bag_indexes_lean(inhrelid) from pg_inherits where inhparent = 'filler_bag'::regclass;

-- As it was, and with the above for each range that it makes.
create or replace function make_filler_bag_ranges(through bigint) returns integer language plpgsql as $$
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
    perform keep_bag_indexes_lean(format('%s.%I', schema_name, range_name)::regclass);
    execute format(
      'alter table filler_bag attach partition %s.%I for values from (%s) to (%s)',
      schema_name, range_name, upper_end, upper_end + size
    );
    made := made + 1;
  end loop;
  return made;
end $$;
