-- What the board asks for: replacement scales set by people, companies by their last use, rejected frames by time.

alter table scale
  -- The scale that this one stands in for; itself: none, whatever is configured. Null: as configured.
  add column alias_of integer check (alias_of > 0);

create index prepuff_job_by_company on prepuff_job (prepuff_company_id, started_at);
create index rejected_frame_by_time on rejected_frame (received_at);
