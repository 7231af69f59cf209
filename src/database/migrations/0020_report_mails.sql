-- Reports by mail: who gets one, and what was sent of it.

create table report_mail (
  id integer generated always as identity primary key,
  plant_id integer not null references plant (id),
  period text not null check (period in ('shift', 'day', 'week', 'month')),
  -- Of these shifts alone; null: of each.
  shift varchar(50),
  recipients text[] not null check (cardinality(recipients) between 1 and 20),
  language text not null check (language in ('en', 'es')),
  unit text not null check (unit in ('lb', 'kg')),
  -- Nothing is sent of what was over before.
  created_at timestamptz not null
);

-- One row for each mail that was due. The key keeps a report from being sent twice, whatever is restarted.
create table report_mail_sent (
  report_mail_id integer not null references report_mail (id) on delete cascade,
  period_from timestamptz not null,
  period_to timestamptz not null,
  shift varchar(50),
  attempts integer not null default 0,
  -- When it is tried next; null: it was sent, or given up.
  next_attempt_at timestamptz,
  sent_at timestamptz,
  last_error varchar(500),
  primary key (report_mail_id, period_from)
);
create index report_mail_due on report_mail_sent (next_attempt_at) where next_attempt_at is not null;
