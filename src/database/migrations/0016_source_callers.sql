-- Which appliances call an indicator, each for a while: most indicators take one connection only, so two are a mistake.

create table source_caller (
  plant_id integer not null references plant (id),
  journal_id uuid not null,
  -- Host and port.
  address varchar(300) not null,
  -- The appliance's machine, for people.
  machine varchar(300) not null,
  called_at timestamptz not null,
  primary key (plant_id, journal_id, address)
);
