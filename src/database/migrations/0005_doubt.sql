-- Why a bag counts for no job until a person gives it one. 'repeats': its scale printed it like a stream.
-- It stays when the bag is assigned: what was decided by hand can be seen.
alter table filler_bag add column doubt text;
