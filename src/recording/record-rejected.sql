-- Keeps the rejected frames of a batch, before its bags are recorded in the same transaction (record-bags.sql).
-- On the same condition, but the journal's row says only with the bags that the batch is recorded.
with journal_row as materialized (
  select recorded_through = $2::bigint as is_next from journal where id = $1::uuid for update
),
-- Those of late entries ($3) that are recorded already.
taken as materialized (
  select journal_seq as seq from rejected_frame
  where $3::boolean and journal_id = $1::uuid and journal_seq = any ($4::bigint[])
),
refused as (
  insert into rejected_frame (received_at, remote_address, scale_id, raw, reason, detail, journal_id, journal_seq, frames,
    follows_bag_uid)
  select to_timestamp(r.received_ms / 1000.0), r.remote_address, nullif(r.scale_id, 0), decode(r.raw_hex, 'hex'),
    r.reason, nullif(r.detail, ''), $1::uuid, r.seq, r.frames, nullif(r.follows_bag_uid, '')::uuid
  from unnest(
    $4::bigint[], $5::bigint[], $6::text[], $7::integer[], $8::text[], $9::text[], $10::text[], $11::bigint[],
    $12::text[]
  ) as r (seq, received_ms, remote_address, scale_id, reason, raw_hex, detail, frames, follows_bag_uid)
  where ((select is_next from journal_row) or $3::boolean)
    and r.seq not in (select seq from taken)
  order by r.seq
  returning id, frames
),
ledger as (
  update journal set rejected = rejected + (select coalesce(sum(frames), 0) from refused) where id = $1::uuid
)
select id from refused order by id
