-- Sources that people keep: how weights come in besides the default source and those of PREPUFF_SOURCES.

create table source (
  plant_id integer not null references plant (id),
  name varchar(100) not null,
  -- The source without its name; null: it was deleted. That is kept, so that an appliance that still has it knows.
  definition jsonb,
  -- Of what two appliances know of a source the later counts.
  changed_at timestamptz not null,
  primary key (plant_id, name)
);
create unique index source_by_name on source (plant_id, lower(name));
