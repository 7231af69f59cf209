set client_min_messages = warning;
\set superuser `cat /run/secrets/superuser-password`
\set prepuff `cat /run/secrets/prepuff-password`
\set grafana `cat /run/secrets/grafana-password`

select 'create role ' || name
from (values ('prepuff'), ('grafana')) as wanted (name)
where not exists (select from pg_roles where rolname = name)
\gexec

alter role postgres password :'superuser';
-- A restore makes a database beside the one in use, and ends the sessions of the old one.
alter role prepuff login createdb password :'prepuff' connection limit 40;
grant pg_signal_backend to prepuff;
alter role grafana login password :'grafana' connection limit 10;
alter role grafana set default_transaction_read_only = on;
alter role grafana set statement_timeout = '30s';

alter database prepuff owner to prepuff;
alter schema public owner to prepuff;
