-- The bags of jobs as columns, in blocks of some thousand: quality reads a year of them in the time in which rows give a few thousand.
-- They follow from filler_bag, are made behind it in the background, and can be made again at any time (`prepuff rebuild`).
create table bag_block (
  -- Another one each time it is made: the same number is the same bags.
  made bigint generated always as identity,
  job_id integer not null references prepuff_job (id),
  -- It holds the job's bags with higher numbers than this …
  after_num integer not null check (after_num >= 0),
  -- … up to this one, without the voided ones. Numbers are given under the job's lock, and never again: what comes later is above.
  through_num integer not null check (through_num > after_num),
  bags integer not null check (bags >= 0),
  -- Of its first and last bag in the order of weighing; null: it has none.
  first_at timestamptz,
  last_at timestamptz,
  scales integer[] not null,
  -- src/records/quality/blocks/codec.ts
  columns bytea not null,
  primary key (job_id, after_num)
);
-- Dense already.
alter table bag_block alter column columns set storage external;

-- Whoever changes a bag of a job, or takes it away, drops the block that holds it. A new bag is in none, so recording has no trigger.
--
-- The job's row is locked as everyone who changes bags has it locked already: whoever makes a block holds that lock while he
-- reads bags and keeps them, so that none is kept that was read before the change.
create function drop_bag_blocks() returns trigger language plpgsql as $$
begin
  perform from prepuff_job where id = old.prepuff_job_id for no key update;
  delete from bag_block
  where job_id = old.prepuff_job_id and after_num < old.bag_num and through_num >= old.bag_num;
  if tg_op = 'UPDATE' then
    delete from bag_block
    where job_id = new.prepuff_job_id and after_num < new.bag_num and through_num >= new.bag_num;
  end if;
  return null;
end $$;

create trigger bag_changed after update on filler_bag
  for each row
  when (
    (old.prepuff_job_id, old.bag_num, old.voided_at is null, old.weight, old.unit, old.weight_lb, old.scale_id, old.weighed_at)
    is distinct from
    (new.prepuff_job_id, new.bag_num, new.voided_at is null, new.weight, new.unit, new.weight_lb, new.scale_id, new.weighed_at)
  )
  execute function drop_bag_blocks();
create trigger bag_removed after delete on filler_bag
  for each row execute function drop_bag_blocks();

create function drop_all_bag_blocks() returns trigger language plpgsql as $$
begin
  delete from bag_block;
  return null;
end $$;
create trigger bags_removed after truncate on filler_bag
  for each statement execute function drop_all_bag_blocks();
