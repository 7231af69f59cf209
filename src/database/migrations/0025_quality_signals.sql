-- Signals of control charts on running jobs, and advice to change the filling.

-- Whose centre and spread the bags of a product's running jobs are compared with; null: the job's target and own first bags.
alter table product_quality
  add column live_reference integer references quality_reference (id) on delete set null;

create table quality_signal (
  id bigint generated always as identity primary key,
  plant_id integer not null references plant (id),
  station varchar(50) not null,
  job_id integer not null references prepuff_job (id),
  rule text not null,
  -- Which way its bags lie, or move; null: not one way.
  side text check (side in ('above', 'below')),
  -- The scale that weighed all its bags, where the job has bags of several; else null.
  scale_id integer,
  -- Its first and last bag. `points` of the bags between make it.
  first_bag_id bigint not null,
  first_at timestamptz not null,
  last_bag_id bigint not null,
  last_at timestamptz not null,
  points integer not null,
  -- The job's bag weighed last is one of them.
  goes_on boolean not null,
  -- lb, doubles, because they are estimates: what it was found with, and the bags that make it, of many the last ones.
  center float8 not null,
  -- Null: not known yet, and not needed by the rule.
  sigma float8,
  -- The frozen limits that centre and sigma are of, also where they were removed since. Null: the centre is the job's target.
  reference_id integer,
  weights float8[] not null,
  raised_at timestamptz not null,
  -- Its bags no longer make it, because one was voided or assigned, or limits changed.
  withdrawn_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  person_id integer references person (id),
  cause varchar(500),
  action varchar(500),
  check ((acknowledged_at is null) = (acknowledged_by is null)),
  check ((acknowledged_at is null) = (cause is null)),
  check ((acknowledged_at is null) = (action is null))
);
-- The same bags make a signal once, whoever looks at them.
create unique index quality_signal_once on quality_signal (job_id, rule, (coalesce(side, '')), first_bag_id);
create index quality_signal_by_plant on quality_signal (plant_id, id);
create index quality_signal_open on quality_signal (plant_id, station, id)
  where acknowledged_at is null and withdrawn_at is null;

create table fill_advice (
  id bigint generated always as identity primary key,
  plant_id integer not null references plant (id),
  station varchar(50) not null,
  job_id integer not null references prepuff_job (id),
  -- Its bags, by their numbers in the job; `bags` of them count.
  first_bag_num integer not null,
  last_bag_num integer not null,
  bags integer not null,
  -- lb, doubles, because they are estimates. `correction` is how much more is to be filled; negative: less.
  target float8 not null,
  mean float8 not null,
  deviation float8 not null,
  correction float8 not null,
  given_at timestamptz not null
);
create unique index fill_advice_once on fill_advice (job_id, last_bag_num);
create index fill_advice_by_plant on fill_advice (plant_id, id);
