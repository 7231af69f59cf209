-- Keeps the rejected frames of a batch, before its bags are recorded in the same transaction (record-bags.sql).
-- On the same condition, but the journal's row says only with the bags that the batch is recorded.
with journal_row as materialized (
  select recorded_through = $after as is_next, plant_id from journal where id = $journal_id for update
),
refused as (
  insert into rejected_frame (received_at, remote_address, scale_id, raw, reason, detail, journal_id, journal_seq, frames,
    follows_bag_uid, plant_id)
  select to_timestamp(r.received_ms / 1000.0), r.remote_address, nullif(r.scale_id, 0), decode(r.raw_hex, 'hex'),
    r.reason, nullif(r.detail, ''), $journal_id, r.seq, r.frames, nullif(r.follows_bag_uid, '')::uuid,
    (select plant_id from journal_row)
  from unnest($columns) as r ($names)
  where ((select is_next from journal_row) or $late)
  order by r.seq
  returning id, frames
),
ledger as (
  update journal set rejected = rejected + (select coalesce(sum(frames), 0) from refused) where id = $journal_id
)
select id from refused order by id
