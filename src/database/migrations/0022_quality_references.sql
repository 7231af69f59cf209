-- Frozen limits of control charts: what a reference period said, who froze it and when. Never changed; one that is no longer wanted is
-- removed, and the audit trail keeps what it was.
create table quality_reference (
  id integer generated always as identity primary key,
  plant_id integer not null references plant (id),
  name varchar(200) not null,
  -- Which bags, as the question had it, and how they were charted.
  scope jsonb not null,
  chart text not null check (chart in ('xbar_r', 'xbar_s', 'i_mr')),
  subgroup_size integer not null check (subgroup_size between 1 and 25),
  -- lb. Doubles, because they are estimates.
  center float8 not null,
  sigma float8 not null check (sigma > 0),
  bags integer not null,
  points integer not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  frozen_by text not null,
  frozen_at timestamptz not null
);
create index quality_reference_by_plant on quality_reference (plant_id, id);
