-- Releases of jobs by named persons; they and the checks of scales join the chain of records.

-- How often bags of the job were voided, taken back or given to it by a person. A release says which number it was made with, so that
-- it is known to be outdated, also where a bag was voided and the void taken back. What recording adds is told by last_bag_num.
alter table prepuff_job add column corrections integer not null default 0;

-- Only ever added to.
create table job_release (
  id integer generated always as identity primary key,
  plant_id integer not null references plant (id),
  job_id integer not null references prepuff_job (id),
  meaning text not null check (meaning in ('reviewed', 'approved')),
  person_id integer not null references person (id),
  -- Their name on that day, and the device that they entered their PIN on with it.
  person_name varchar(100) not null,
  actor text not null,
  released_at timestamptz not null,
  -- Of the job, as it was: with other ones in its row the release is outdated.
  bags integer not null,
  last_bag_num integer not null,
  corrections integer not null,
  -- What the report said.
  figures jsonb not null,
  -- SHA-256 over the job's bags, in hexadecimal: src/records/releases/bags-digest.ts.
  bags_sha256 text not null check (bags_sha256 ~ '^[0-9a-f]{64}$')
);
create index job_release_by_job on job_release (job_id, id);

-- As it was, with the tare of jobs and bags, which is null in all links that there are; and with checks of scales and releases: whole
-- rows, because these are never changed.
create or replace function record_text(kind text, id bigint) returns text stable language plpgsql set timezone = 'UTC' as $$
#variable_conflict use_column
declare
  wanted constant bigint := id;
  columns jsonb;
begin
  case kind
    when 'audit' then
      select to_jsonb(r) into columns from (
        select id, plant_id, at, actor, person_id, action, subject, detail, before, after
        from audit_event where id = wanted
      ) r;
    when 'job' then
      select to_jsonb(r) into columns from (
        select j.id, j.plant_id, c.name as company, j.station, j.product_id, j.product, j.target_weight,
          j.tolerance_percent, j.quantity, j.unit, j.price_per_lb, j.bag_volume, j.tare, j.note, j.started_by, j.terms_since,
          (
            select jsonb_agg(jsonb_build_array(
              h.id, h.since, h.actor, h.reason, h.prepuff_company_id, h.target_weight, h.tolerance_percent, h.quantity
            ) order by h.id)
            from job_change h where h.job_id = j.id
          ) as changes,
          (select jsonb_agg(jsonb_build_array(l.id, l.lot, l.since) order by l.id) from job_lot l where l.job_id = j.id) as lots
        from prepuff_job j
        join prepuff_company c on c.id = j.prepuff_company_id
        where j.id = wanted
      ) r;
    when 'bag' then
      select to_jsonb(r) into columns from (
        select id, plant_id, uid, prepuff_job_id, bag_num, station, scale_id, printed_scale_id, weight, unit, weight_lb,
          target_weight, tolerance_percent, in_tolerance, weighed_at, recorded_at, source, raw, doubt,
          voided_at, void_code, void_reason, voided_by, tare
        from filler_bag where id = wanted
      ) r;
    when 'check' then
      select to_jsonb(r) into columns from scale_check r where r.id = wanted;
    when 'release' then
      select to_jsonb(r) into columns from job_release r where r.id = wanted;
  end case;
  return canonical_text(columns);
end $$;

-- As they were, and with the tare.
drop trigger job_linked on prepuff_job;
create constraint trigger job_linked after insert or delete or update of
    id, plant_id, prepuff_company_id, station, product_id, product, target_weight, tolerance_percent, quantity, unit,
    price_per_lb, bag_volume, tare, note, started_by, terms_since
  on prepuff_job deferrable initially deferred
  for each row execute function link_own_record('job');
drop trigger bag_linked on filler_bag;
create constraint trigger bag_linked after delete or update of
    id, plant_id, uid, prepuff_job_id, bag_num, station, scale_id, printed_scale_id, weight, unit, weight_lb,
    target_weight, tolerance_percent, in_tolerance, weighed_at, recorded_at, source, raw, doubt,
    voided_at, void_code, void_reason, voided_by, tare
  on filler_bag deferrable initially deferred
  for each row execute function link_own_record('bag');

-- Checks that were made before this version.
select link_record(plant_id, 'check', id) from (select plant_id, id from scale_check order by id) c;

create constraint trigger check_linked after insert or update or delete on scale_check deferrable initially deferred
  for each row execute function link_own_record('check');
create constraint trigger release_linked after insert or update or delete on job_release deferrable initially deferred
  for each row execute function link_own_record('release');

create trigger as_recorded before update or delete on scale_check
  for each statement execute function refuse_change();
create trigger as_recorded before update or delete on job_release
  for each statement execute function refuse_change();
