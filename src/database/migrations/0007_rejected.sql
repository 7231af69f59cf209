-- Rejected frames that repeat are counted, and old ones are removed; the ledger stays exact.

-- How many frames a row stands for. It takes as many numbers of the journal; journal_seq is the last of them.
alter table rejected_frame add column frames bigint not null default 1 check (frames > 0);

-- The numbers of rejected frames that were removed by their age or number: they were recorded, and do not lack.
create table rejected_removed (
  id bigint generated always as identity primary key,
  journal_id uuid not null,
  removed_at timestamptz not null default now(),
  numbers int8multirange not null
);
create index rejected_removed_by_journal on rejected_removed (journal_id);
