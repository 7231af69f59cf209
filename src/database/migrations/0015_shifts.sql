-- What reports are made by: the plant's time and its shifts.

alter table plant
  -- Of the IANA database, as America/Chicago; null: the appliance's own.
  add column time_zone varchar(64),
  -- When its day begins: a night shift need not be cut in two by midnight.
  add column day_starts time not null default '00:00',
  -- 1 is Monday, 7 Sunday.
  add column week_starts smallint not null default 1 check (week_starts between 1 and 7),
  -- So long without a bag while a job runs is a standstill.
  add column standstill_minutes integer not null default 10 check (standstill_minutes between 1 and 1440),
  -- Of prices per lb, ISO 4217.
  add column currency char(3) not null default 'USD' check (currency ~ '^[A-Z]{3}$');

create table shift (
  plant_id integer not null references plant (id),
  name varchar(50) not null,
  starts time not null,
  -- Not later than it starts: it ends on the day after.
  ends time not null,
  -- The days on which it begins; 1 is Monday, 7 Sunday.
  days smallint[] not null check (cardinality(days) between 1 and 7),
  primary key (plant_id, name)
);
