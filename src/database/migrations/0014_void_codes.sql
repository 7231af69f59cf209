-- Why a bag is void, as a code beside a person's words: it is shown in each reader's language and can be counted. Bags that
-- were voided before have the words alone.
alter table filler_bag add column void_code varchar(20);
