import type { Job } from "../../../records/jobs/job-view.ts";
import type { Product } from "../../../records/products/products.ts";
import type { Reference } from "../../../records/quality/references.ts";
import { idMax } from "../../../weighing/ids.ts";
import { formatNumber } from "../../shared/format.ts";
import { setQuery } from "../../shared/router.ts";
import { readId } from "../bags/bag-filter.ts";
import { Choice, StationChoice } from "../choice.tsx";
import { IdInput, TimeInput } from "../filter-inputs.tsx";
import { word } from "../words.ts";
import {
  chartChoices,
  chartedChoices,
  type QualityQuery,
  sizeChoices,
  unitChoices,
} from "./quality-query.ts";
import { say } from "./texts.ts";

/** Which bags, how they are charted, and by which limits; kept in the address. */
export function QualityFilters(props: {
  readonly asked: QualityQuery;
  /** What is shown: with nothing asked the newest job. */
  readonly scope: Readonly<Record<string, string | null>>;
  readonly jobs: readonly Job[];
  readonly products: readonly Product[];
  readonly references: readonly Reference[];
}) {
  const { asked, scope, jobs, products, references } = props;
  const job = scope.job ?? "";
  const product = scope.product ?? "";
  const isInUse = product === "" || products.some(({ id }) => String(id) === product);
  const set = (name: string) => (value: string) => setQuery({ [name]: value === "" ? null : value });
  const known = jobs.map(({ id, company, station }) => ({
    value: String(id),
    text: `${formatNumber(id)} · ${company} · ${station}`,
  }));
  const isKnown = job === "" || known.some(({ value }) => value === job);
  return (
    <div class="filters">
      <Choice
        label={word("job")}
        name="job"
        value={job}
        onChange={(value) => setQuery({ job: value === "" ? null : value, product: null, station: null })}
        options={[{ value: "", text: "–" }, ...known, ...(isKnown ? [] : [{ value: job, text: job }])]}
      />
      {(products.length > 0 || product !== "") && (
        <Choice
          label={say("product")}
          name="product"
          value={product}
          onChange={(value) => setQuery({ product: value === "" ? null : value, job: null })}
          options={[
            { value: "", text: "–" },
            ...products.map(({ id, name }) => ({ value: String(id), text: name })),
            ...(isInUse ? [] : [{ value: product, text: product }]),
          ]}
        />
      )}
      <StationChoice
        value={asked.scope.station ?? ""}
        onChange={(value) => setQuery({ station: value === "" ? null : value, job: null })}
      />
      <IdInput
        label={word("scale")}
        name="scale"
        value={asked.scope.scale === null ? null : readId(asked.scope.scale, idMax)}
        max={idMax}
        onChange={(scale) => setQuery({ scale: scale === null ? null : String(scale) })}
      />
      <TimeInput
        label={word("from")}
        name="from"
        value={asked.scope.from}
        onChange={(from) => setQuery({ from })}
      />
      <TimeInput label={word("to")} name="to" value={asked.scope.to} onChange={(to) => setQuery({ to })} />
      <Choice
        label={say("chart")}
        name="chart"
        value={asked.chart}
        onChange={set("chart")}
        options={chartChoices.map((value) => ({ value, text: say(`chart_${value}`) }))}
      />
      <Choice
        label={say("charted")}
        name="of"
        value={asked.of}
        onChange={(value) => setQuery({ of: value === "lb" ? null : value, reference: null })}
        options={chartedChoices.map((value) => ({ value, text: say(`charted_${value}`) }))}
      />
      <Choice
        label={say("size")}
        name="size"
        value={asked.size}
        onChange={set("size")}
        options={sizeChoices.map((value) => ({ value, text: formatNumber(Number(value)) }))}
      />
      {references.length > 0 && asked.of === "lb" && (
        <Choice
          label={say("limits")}
          name="reference"
          value={asked.reference ?? ""}
          onChange={set("reference")}
          options={[
            { value: "", text: say("ofTheseBags") },
            ...references.map(({ id, name }) => ({ value: String(id), text: name })),
          ]}
        />
      )}
      <Choice
        label={say("label")}
        name="rule"
        value={asked.rule ?? ""}
        onChange={set("rule")}
        options={[
          { value: "", text: say("noLabel") },
          { value: "eu", text: say("rule_eu") },
          { value: "us", text: say("rule_us") },
        ]}
      />
      {asked.rule !== null && (
        <>
          <label class="choice">
            <span>{say("quantity")}</span>
            <input
              name="quantity"
              inputMode="decimal"
              value={asked.quantity}
              onChange={(event) => set("quantity")(event.currentTarget.value.trim().replace(",", "."))}
            />
          </label>
          <Choice
            label={say("unit")}
            name="unit"
            value={asked.unit}
            onChange={set("unit")}
            options={unitChoices.map((value) => ({ value, text: value }))}
          />
        </>
      )}
    </div>
  );
}
