-- When the appliance of a journal was last here, by Postgres's clock. It writes this every few seconds and knows what it
-- wrote: another time there says that this is an earlier state, also where no bag was weighed meanwhile.
alter table journal add column looked_at timestamptz;
