-- What Grafana may read: what the plant weighs. Not the tokens, not who did what.
grant usage on schema public to grafana;
grant select on plant, prepuff_company, prepuff_job, job_change, job_lot, product, station, filler_bag, rejected_frame, delivery, destination, scale, journal to grafana;
