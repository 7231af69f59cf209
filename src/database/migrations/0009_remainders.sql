-- What came behind a print that silence had completed names the bag, which may have been none.
alter table rejected_frame add column follows_bag_uid uuid;
create index rejected_frame_follows_bag on rejected_frame (follows_bag_uid) where follows_bag_uid is not null;
