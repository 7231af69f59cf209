-- What Grafana may read: what the plant weighs. Not the tokens, not who did what.
grant usage on schema public to grafana;
grant select on plant, prepuff_company, prepuff_job, filler_bag, rejected_frame, delivery, destination, scale, journal to grafana;
