-- Scales that weigh the bag with what is in it, and what is taken off for it.

alter table scale
  -- Its prints are gross: of each the tare of the product is taken off.
  add column weighs_gross boolean not null default false;

-- What the empty bag weighs, lb; null: nothing is taken off. A job has what its product said when it was made.
alter table product add column tare numeric(10, 4) check (tare > 0);
alter table prepuff_job add column tare numeric(10, 4) check (tare > 0);

-- What was taken off, in the printed unit, so that weight + tare is what was printed. 0: its scale weighs gross, and it has no job
-- yet that says the tare. No check, which would read all bags under a lock.
alter table filler_bag add column tare numeric;

-- What is taken off a gross weight, in its unit: to four decimals, the most that is printed. 0 where nothing would be left, as
-- of an empty bag.
create function tare_of(gross numeric, unit text, tare_lb numeric) returns numeric immutable parallel safe
  return case
    when gross > round(tare_lb * units_per_lb(unit), 4) then trim_scale(round(tare_lb * units_per_lb(unit), 4))
    else 0
  end;
