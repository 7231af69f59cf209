-- Findings that a person put off until a time.
create table finding_snooze (
  plant_id integer not null references plant (id),
  -- As `prepuff doctor` names it.
  check_name varchar(200) not null,
  until timestamptz not null,
  actor text not null,
  reason varchar(500),
  primary key (plant_id, check_name)
);
