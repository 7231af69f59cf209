-- Until when a person has seen to a station's bags without a job: its board speaks only of later ones.
alter table station add column jobless_seen_at timestamptz;
