-- Tokens with a name each, and an audit trail that says what was before and what is after.

create table access_token (
  id integer generated always as identity primary key,
  name varchar(100) not null,
  role text not null check (role in ('admin', 'operator', 'viewer', 'ingest', 'metrics')),
  -- SHA-256 of the token: 32 random bytes need no salt and no slow hash. The token itself is kept nowhere.
  digest bytea not null unique check (length(digest) = 32),
  created_at timestamptz not null,
  created_by text not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);

-- A name stands for one token in force; the names of revoked ones are free again.
create unique index access_token_name_in_force on access_token (name) where revoked_at is null;

alter table audit_event
  add column before jsonb,
  add column after jsonb;

create index audit_event_by_subject on audit_event (subject, id);
create index audit_event_by_actor on audit_event (actor, id);
create index audit_event_by_action on audit_event (action, id);
