-- Who started a job is not always known: a role is nobody's name.
alter table prepuff_job alter column started_by drop not null;
