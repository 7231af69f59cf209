-- What quality looks at in the bags of a product: its label, the law that it follows, own limits, and the rules of charts.
create table product_quality (
  product_id integer primary key references product (id),
  -- The law of the label; null: none is looked at.
  label_rule text check (label_rule in ('eu', 'us')),
  -- This and all below are in `unit`.
  label_quantity numeric(12, 4) check (label_quantity > 0),
  unit varchar(10) not null check (unit in ('lb', 'kg', 'g', 'oz')),
  -- Maximum allowable variation of the label's quantity, as somebody looked it up.
  mav numeric(12, 4),
  lower numeric(12, 4),
  upper numeric(12, 4),
  -- A second step, farther out.
  lower2 numeric(12, 4),
  upper2 numeric(12, 4),
  -- Rules that are looked for in charts; null: the defaults.
  chart_rules text[],
  check (label_rule is null or label_quantity is not null)
);
