-- missing: numbers that a journal was given and that are neither bag nor rejected frame.
-- uncounted: the difference between what was counted and what is there. Both must be 0.
select
  j.id as journal,
  j.recorded_through as recorded,
  bag.n as bags,
  frame.n as rejected,
  j.recorded_through - bag.n - frame.n as missing,
  abs(j.bags - bag.n) + abs(j.rejected - frame.n) as uncounted
from journal j
cross join lateral (select count(*) as n from filler_bag b where b.journal_id = j.id) bag
cross join lateral (select count(*) as n from rejected_frame f where f.journal_id = j.id) frame
order by j.id;
