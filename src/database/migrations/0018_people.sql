-- People who act on paired devices, and the devices.

create table person (
  id integer generated always as identity primary key,
  plant_id integer not null references plant (id),
  name varchar(100) not null,
  -- Argon2id, with its salt and its costs.
  pin_hash text not null,
  -- What was begun with an earlier PIN ends.
  pin_set_at timestamptz not null,
  created_at timestamptz not null,
  created_by text not null,
  -- Null: may act. The row stays, because the audit trail names it.
  retired_at timestamptz
);
-- The names of retired ones are free again.
create unique index person_name_in_use on person (plant_id, lower(name)) where retired_at is null;

-- The text of `actor` is what was true then; a person may get another name, and names are given again. Only a person who
-- acted on a device: bags that a scale weighed are nobody's.
alter table audit_event add column person_id integer references person (id);
create index audit_event_by_person on audit_event (person_id, id) where person_id is not null;

alter table access_token
  -- A browser that was paired by a code: its token was never shown to anybody.
  add column is_device boolean not null default false,
  -- Where a device stands; null: anywhere.
  add column station varchar(50);

-- Whether devices of the station ask who acts.
alter table station add column person_asked text not null default 'never'
  check (person_asked in ('never', 'each_action', 'each_shift'));
