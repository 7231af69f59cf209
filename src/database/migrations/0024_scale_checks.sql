-- Check weights: by what each scale is checked, the checks that were asked for, and those that were made.

-- Scales that are checked. What an earlier one was stands in the audit trail.
create table scale_checking (
  plant_id integer not null references plant (id),
  scale_id integer not null,
  -- In `unit`, as the smallest load.
  division numeric(12, 6) not null check (division > 0),
  unit varchar(10) not null check (unit in ('lb', 'kg', 'g', 'oz')),
  class text not null check (class in ('hb44-iii', 'eu-iii', 'own')),
  -- Of class `own`: [{"up_to": "500", "divisions": "1"}, …], in rising order.
  steps jsonb,
  -- How often; null: whenever somebody likes.
  every text check (every in ('shift', 'day', 'bags')),
  every_bags integer check (every_bags > 0),
  -- No job starts on its station while a check has failed or is overdue.
  blocks_jobs boolean not null,
  -- What the spread of repeated weighings is compared with; null: the lightest check weight.
  smallest_load numeric(12, 4) check (smallest_load > 0),
  calibrated_on date,
  calibration_due date,
  -- Where the certificate is: its number, or an address.
  document text,
  -- When it was set how often it is checked: earlier bags make no check due.
  since timestamptz not null,
  primary key (plant_id, scale_id),
  check ((class = 'own') = (steps is not null)),
  check ((every is not distinct from 'bags') = (every_bags is not null))
);

create table check_weight (
  plant_id integer not null,
  scale_id integer not null,
  name varchar(50) not null,
  weight numeric(12, 4) not null check (weight > 0),
  unit varchar(10) not null check (unit in ('lb', 'kg', 'g', 'oz')),
  primary key (plant_id, scale_id, name),
  foreign key (plant_id, scale_id) references scale_checking (plant_id, scale_id) on delete cascade
);

-- A check that somebody asked for at a scale, with all that it is judged by: the next print there is its weighing, and no bag.
create table scale_check_request (
  uid uuid primary key,
  plant_id integer not null references plant (id),
  scale_id integer not null,
  station varchar(50) not null,
  kind text not null check (kind in ('weight', 'repeatability')),
  -- Of the check weight; empty with repeatability.
  weight_name varchar(50) not null,
  -- What should be shown; with repeatability the smallest load.
  weight numeric(12, 4) not null,
  unit varchar(10) not null,
  division numeric(12, 6) not null,
  division_unit varchar(10) not null,
  class text not null,
  steps jsonb,
  -- In `unit`, as the person saw it. The verdict is reckoned from division, class and steps.
  allowed numeric not null,
  -- Prints that it takes.
  weighings integer not null,
  asked_by text not null,
  person_id integer references person (id),
  asked_at timestamptz not null,
  -- Behind it a print is a bag again. Each print of several puts it off.
  expires_at timestamptz not null,
  state text not null default 'waiting' check (state in ('waiting', 'done', 'cancelled', 'replaced', 'expired'))
);
create index scale_check_request_by_scale on scale_check_request (plant_id, scale_id, asked_at);

-- The prints of a check, as they came. Only ever added to.
create table scale_check_weighing (
  request_uid uuid not null references scale_check_request (uid),
  journal_id uuid not null,
  journal_seq bigint not null,
  weighed_at timestamptz not null,
  weight numeric not null,
  unit varchar(10) not null,
  raw bytea not null,
  primary key (request_uid, journal_id, journal_seq)
);
create index scale_check_weighing_by_print on scale_check_weighing (journal_id, journal_seq);

-- Checks that were made. Only ever added to, never changed.
create table scale_check (
  id bigint generated always as identity primary key,
  plant_id integer not null references plant (id),
  scale_id integer not null,
  station varchar(50) not null,
  request_uid uuid not null unique references scale_check_request (uid),
  kind text not null check (kind in ('weight', 'repeatability')),
  weight_name varchar(50) not null,
  weight numeric(12, 4) not null,
  -- Of the weight, and of error, allowed, mean and deviation.
  unit varchar(10) not null,
  division numeric(12, 6) not null,
  division_unit varchar(10) not null,
  class text not null,
  -- As printed, each with its unit.
  shown numeric[] not null,
  shown_units text[] not null,
  -- Shown less true; null with repeatability.
  error numeric,
  -- How far the error may be from 0; with repeatability what twice the deviation may be.
  allowed numeric not null,
  -- With repeatability alone.
  mean numeric,
  deviation numeric,
  passes boolean not null,
  -- When the last of its prints came.
  checked_at timestamptz not null,
  asked_by text not null,
  person_id integer references person (id),
  recorded_at timestamptz not null default now()
);
create index scale_check_by_weight on scale_check (plant_id, scale_id, kind, weight_name, checked_at, id);
create index scale_check_by_scale on scale_check (plant_id, scale_id, id);
