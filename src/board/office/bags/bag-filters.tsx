import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { idMax } from "../../../weighing/ids.ts";
import { verdicts } from "../../../weighing/verdict.ts";
import { serverNow } from "../../shared/clock.ts";
import { formatTyped, readTyped } from "../../shared/format.ts";
import { Choice, StationChoice } from "../choice.tsx";
import { IdInput, TimeInput } from "../filter-inputs.tsx";
import { inUnit, poundsInUnit } from "../weights.ts";
import { word } from "../words.ts";
import { type BagFilter, filterQuery, noFilter } from "./bag-filter.ts";
import { startOfDay } from "./local-time.ts";
import { say } from "./texts.ts";

const hourMs = 3_600_000;

/** The row of filters; a change applies at once. */
export function BagFilters(props: {
  readonly filter: BagFilter;
  readonly onChange: (filter: BagFilter) => void;
  readonly children: ComponentChildren;
}) {
  const { filter, onChange, children } = props;
  const change = (changes: Partial<BagFilter>) => onChange({ ...filter, ...changes });
  // On a phone they would fill the screen.
  const isOpen = useSignal(matchMedia("(min-width: 60rem)").matches);
  const set = filterQuery(filter).size;
  const since = (from: string) => change({ from, to: null });
  return (
    <search class="filters">
      <details
        class="filter-box"
        open={isOpen.value}
        onToggle={(event) => {
          isOpen.value = event.currentTarget.open;
        }}
      >
        <summary>{set > 0 ? say("filtersSet", { count: set }) : say("filters")}</summary>
        <div class="filter-fields">
          <StationChoice
            value={filter.station ?? ""}
            onChange={(station) => change({ station: station || null })}
          />
          <IdInput
            label={say("jobNumber")}
            name="job_id"
            value={filter.job}
            max={idMax}
            onChange={(job) => change({ job })}
          />
          <IdInput
            label={word("scale")}
            name="scale"
            value={filter.scale}
            max={idMax}
            onChange={(scale) => change({ scale })}
          />
          <Choice
            label={word("verdict")}
            name="verdict"
            value={filter.verdict ?? ""}
            onChange={(chosen) => change({ verdict: verdicts.find((each) => each === chosen) ?? null })}
            options={[
              { value: "", text: word("any") },
              ...verdicts.map((verdict) => ({ value: verdict, text: word(verdict) })),
            ]}
          />
          <IdInput
            label={say("bagNumber")}
            name="number"
            value={filter.number}
            max={idMax}
            onChange={(number) => change({ number })}
          />
          <WeightInput
            label={inUnit(say("weightFrom"))}
            name="weight_from"
            value={filter.weightFrom}
            onChange={(weightFrom) => change({ weightFrom })}
          />
          <WeightInput
            label={inUnit(say("weightTo"))}
            name="weight_to"
            value={filter.weightTo}
            onChange={(weightTo) => change({ weightTo })}
          />
          <TextInput
            label={word("company")}
            name="company"
            value={filter.company}
            onChange={(company) => change({ company })}
          />
          <TextInput label={say("lot")} name="lot" value={filter.lot} onChange={(lot) => change({ lot })} />
          <TextInput
            label={say("note")}
            name="note"
            value={filter.note}
            onChange={(note) => change({ note })}
          />
          <Choice
            label={say("voidedBags")}
            name="voided"
            value={filter.voided === null ? "" : String(filter.voided)}
            onChange={(chosen) => change({ voided: chosen === "" ? null : chosen === "true" })}
            options={[
              { value: "", text: say("voidedShown") },
              { value: "false", text: say("voidedLeftOut") },
              { value: "true", text: say("voidedOnly") },
            ]}
          />
          <TimeInput
            label={word("from")}
            name="from"
            value={filter.from}
            onChange={(from) => change({ from })}
          />
          <TimeInput label={word("to")} name="to" value={filter.to} onChange={(to) => change({ to })} />
        </div>
      </details>
      <div class="filter-actions">
        <button type="button" class="button button-small" onClick={() => since(hoursAgo(1))}>
          {say("lastHour")}
        </button>
        <button type="button" class="button button-small" onClick={() => since(startOfDay(serverNow()))}>
          {say("today")}
        </button>
        <button type="button" class="button button-small" onClick={() => since(hoursAgo(7 * 24))}>
          {say("lastWeek")}
        </button>
        {set > 0 && (
          <button type="button" class="button button-small" onClick={() => onChange(noFilter)}>
            {say("clear")}
          </button>
        )}
        <span class="filter-end">{children}</span>
      </div>
    </search>
  );
}

/** To the minute: the input shows no more, and what it shows is what holds. */
function hoursAgo(hours: number): string {
  return new Date(Math.floor((serverNow() - hours * hourMs) / 60_000) * 60_000).toISOString();
}

function TextInput(props: {
  readonly label: string;
  readonly name: string;
  readonly value: string | null;
  readonly onChange: (text: string | null) => void;
}) {
  const { label, name, value, onChange } = props;
  return (
    <label class="choice">
      <span>{label}</span>
      <input
        type="search"
        name={name}
        maxLength={100}
        autocomplete="off"
        value={value ?? ""}
        onChange={(event) => onChange(event.currentTarget.value.trim() || null)}
      />
    </label>
  );
}

/** Typed and shown in the reader's unit, kept in lb. */
function WeightInput(props: {
  readonly label: string;
  readonly name: string;
  readonly value: string | null;
  readonly onChange: (pounds: string | null) => void;
}) {
  const { label, name, value, onChange } = props;
  const shown = value === null ? "" : formatTyped((Number(value) / poundsInUnit()).toFixed(2));
  return (
    <label class="choice choice-narrow">
      <span>{label}</span>
      <input
        name={name}
        inputMode="decimal"
        autocomplete="off"
        value={shown}
        onChange={(event) => {
          const typed = readTyped(event.currentTarget.value);
          // Text that is no number is removed, so that it does not look like a filter.
          if (typed === null) event.currentTarget.value = "";
          onChange(typed === null ? null : (Number(typed) * poundsInUnit()).toFixed(4));
        }}
      />
    </label>
  );
}
