create table if not exists journal (
  id text not null,
  created_at integer not null,
  -- How far Postgres has it, as far as is known here: see mark.ts. Null in a journal of an older version.
  recorded_through integer,
  ever_recorded integer,
  mark_checksum integer,
  -- Rejected frames that are counted and in no entry yet, as JSON with a checksum. Null: none.
  counted text,
  -- Numbers of entries that were brought here from another journal: behind the first, up to the second. Null: none.
  adopted_after integer,
  adopted_through integer
) strict;

-- autoincrement: a number is never given twice, also after the last entries were recorded and removed.
create table if not exists entry (
  seq integer primary key autoincrement,
  received_at integer not null,
  remote_address text not null,
  -- A bag's own; of a check the one that was asked for; in another rejected frame the bag that may have been none
  -- because of it, mostly null.
  uid text,
  -- A bag's own columns; null in a rejected frame, but for what a check weighed.
  station text,
  printed_scale integer,
  weight text,
  unit text,
  -- Of a bag 1: a suspected repeat; and 2 more: in doubt, because its scale repeats like a stream; and 4 more: its weight is gross.
  -- Of a rejected frame: how many more like it the row stands for.
  repeat_suspected integer,
  -- Null where no scale could be read from a rejected frame.
  scale integer,
  -- Why it was rejected; null in a bag.
  reason text,
  raw blob not null,
  -- Over all columns: SQLite has none, and a changed byte in a weight may still make a weight.
  checksum integer not null
) strict;

-- What people set for single scales, kept here too: it must hold while Postgres is away. Null: as configured.
create table if not exists scale_setting (
  scale integer primary key,
  station text,
  enabled integer,
  alias_of integer,
  -- 1: it weighs gross.
  weighs_gross integer
) strict;
