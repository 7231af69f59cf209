-- The hash chain: each event of the audit trail, what each job wants, and each correction of a bag have a link, and each link
-- has the digest of the one before it. How a digest is made: docs/quality.md, "Records one can trust".

create table record_chain (
  plant_id integer not null,
  -- 1, 2, 3 … in each plant, without a gap.
  seq bigint not null check (seq > 0),
  kind text not null check (kind in ('audit', 'job', 'bag', 'check', 'release')),
  row_id bigint not null,
  -- SHA-256 of the row's text at that moment (record_text); of no bytes at all: the row was removed.
  content bytea not null check (length(content) = 32),
  -- Of the transaction: links that were made together have the same.
  at timestamptz not null,
  digest bytea not null check (length(digest) = 32),
  primary key (plant_id, seq)
);
create index record_chain_by_row on record_chain (kind, row_id, seq);

-- The canonical text of a row: its columns by name, those that are null left out, so that a column that a later version adds
-- changes nothing while it is null. jsonb prints the keys in one order, and numerics with all their digits.
create function canonical_text(columns jsonb) returns text immutable language sql as $$
  select jsonb_object_agg(key, value)::text from jsonb_each(columns) where value <> 'null'
$$;

-- The text of a row of a kind; null: there is none. What recording changes of a job (its counts, state and times) is left out.
create function record_text(kind text, id bigint) returns text stable language plpgsql set timezone = 'UTC' as $$
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
          j.tolerance_percent, j.quantity, j.unit, j.price_per_lb, j.bag_volume, j.note, j.started_by, j.terms_since,
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
          voided_at, void_code, void_reason, voided_by
        from filler_bag where id = wanted
      ) r;
  end case;
  return canonical_text(columns);
end $$;

-- What a link's digest is the SHA-256 of: one line of UTF-8, without an end of line.
create function link_text(previous bytea, link record_chain) returns text stable language sql set timezone = 'UTC' as $$
  select concat_ws(' ', encode(previous, 'hex'), link.plant_id, link.seq, link.kind, link.row_id, encode(link.content, 'hex'),
    to_char(link.at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
$$;

create function content_digest(row_text text) returns bytea immutable language sql as $$
  select sha256(convert_to(coalesce(row_text, ''), 'UTF8'))
$$;

-- Adds the link of a row as it is now, if it is not as its last link says. Called when a transaction commits: the lock on the end of
-- the plant's chain is the last that it takes, and is held until the commit is seen by all.
--
-- By the indexes, always: a plan that was made while the chain was short would read all of it for each of many links.
create function link_record(plant integer, kind text, id bigint) returns void language plpgsql set enable_seqscan = off as $$
declare
  link record_chain;
  previous bytea;
begin
  -- 40510004: src/database/advisory-locks.ts.
  perform pg_advisory_xact_lock(40510004, plant);
  link.content := content_digest(record_text(kind, id));
  if link.content = (
    select c.content from record_chain c where c.kind = $2 and c.row_id = $3 order by c.seq desc limit 1
  ) then
    return;
  end if;
  select c.seq + 1, c.digest into link.seq, previous from record_chain c where c.plant_id = plant order by c.seq desc limit 1;
  link.seq := coalesce(link.seq, 1);
  link.plant_id := plant;
  link.kind := kind;
  link.row_id := id;
  link.at := now();
  link.digest := sha256(convert_to(link_text(coalesce(previous, decode(repeat('00', 32), 'hex')), link), 'UTF8'));
  insert into record_chain select link.*;
end $$;

-- Of a table with the columns id and plant_id; its kind is the trigger's argument.
create function link_own_record() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    perform link_record(old.plant_id, tg_argv[0], old.id);
  else
    perform link_record(new.plant_id, tg_argv[0], new.id);
  end if;
  return null;
end $$;

-- Of a table whose rows belong to a job. Where the job is gone, its own trigger says so.
create function link_job_of_record() returns trigger language plpgsql as $$
begin
  perform link_record(j.plant_id, 'job', j.id)
  from prepuff_job j
  where j.id = case when tg_op = 'DELETE' then old.job_id else new.job_id end;
  return null;
end $$;

-- What was there before: each event, each job and each void bag, as it is today.
do $$
declare
  link record_chain;
begin
  for link in
    select
      plant_id, row_number() over (partition by plant_id order by place, row_id), kind, row_id,
      content_digest(record_text(kind, row_id)), now(), decode(repeat('00', 32), 'hex')
    from (
      select plant_id, 1 as place, 'audit' as kind, id as row_id from audit_event
      union all
      select plant_id, 2, 'job', id from prepuff_job
      union all
      select plant_id, 3, 'bag', id from filler_bag where voided_at is not null
    ) existing
    order by plant_id, place, row_id
  loop
    -- The digest above is that before the first link.
    link.digest := sha256(convert_to(link_text(coalesce(
      (select c.digest from record_chain c where c.plant_id = link.plant_id and c.seq = link.seq - 1), link.digest
    ), link), 'UTF8'));
    insert into record_chain select link.*;
  end loop;
end $$;

create constraint trigger event_linked after insert on audit_event deferrable initially deferred
  for each row execute function link_own_record('audit');

-- Not what recording changes: it must not pay.
create constraint trigger job_linked after insert or delete or update of
    id, plant_id, prepuff_company_id, station, product_id, product, target_weight, tolerance_percent, quantity, unit,
    price_per_lb, bag_volume, note, started_by, terms_since
  on prepuff_job deferrable initially deferred
  for each row execute function link_own_record('job');
create constraint trigger job_linked after insert or update or delete on job_change deferrable initially deferred
  for each row execute function link_job_of_record();
create constraint trigger job_linked after insert or update or delete on job_lot deferrable initially deferred
  for each row execute function link_job_of_record();

-- Nothing when a bag is inserted. Whatever of it is changed or removed afterwards, also its weight, gets a link.
create constraint trigger bag_linked after delete or update of
    id, plant_id, uid, prepuff_job_id, bag_num, station, scale_id, printed_scale_id, weight, unit, weight_lb,
    target_weight, tolerance_percent, in_tolerance, weighed_at, recorded_at, source, raw, doubt,
    voided_at, void_code, void_reason, voided_by
  on filler_bag deferrable initially deferred
  for each row execute function link_own_record('bag');

-- The trail and the chain are only added to.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'what was recorded in % stays as it is', tg_table_name using errcode = 'restrict_violation';
end $$;

create trigger as_recorded before update or delete on audit_event
  for each statement execute function refuse_change();
create trigger as_recorded before update or delete on record_chain
  for each statement execute function refuse_change();
