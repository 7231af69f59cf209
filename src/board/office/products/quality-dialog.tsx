import { type Signal, signal, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { defaultRules, type RuleName, ruleNames, rules } from "../../../quality/rules.ts";
import type { Product } from "../../../records/products/products.ts";
import type { ProductQuality } from "../../../records/quality/product-quality.ts";
import { notANumber } from "../../jobs/job-words.ts";
import { api } from "../../shared/api.ts";
import { DialogForm } from "../../shared/dialog-form.tsx";
import { CheckField, SelectField, TextField } from "../../shared/field.tsx";
import { formatNumber, formatTyped, readTyped } from "../../shared/format.ts";
import { useSubmit } from "../../shared/submit.ts";
import { t } from "../../shared/texts.ts";
import { useLoaded } from "../loaded.ts";
import { say as sayQuality } from "../quality/texts.ts";
import { Show } from "../states.tsx";
import { say } from "./texts.ts";

interface Props {
  readonly product: Product;
  readonly onClose: () => void;
}

const pathOf = ({ id }: Product) => `/api/products/${id}/quality`;

/** What quality looks at in a product's bags: its label, own limits, and the rules of its charts. */
export function QualityDialog({ product, onClose }: Props) {
  const path = pathOf(product);
  const shown = useLoaded(path, () => api<ProductQuality>("GET", path));
  return (
    <Show of={shown}>
      {(quality) => <QualityForm product={product} quality={quality} onClose={onClose} />}
    </Show>
  );
}

const limitNames = ["lower2", "lower", "upper", "upper2"] as const;
const weightNames = ["label_quantity", "mav", ...limitNames] as const;
type WeightName = (typeof weightNames)[number];

function QualityForm({ product, quality, onClose }: Props & { readonly quality: ProductQuality }) {
  const submit = useSubmit();
  const rule = useSignal<string>(quality.label_rule ?? "");
  const unit = useSignal<string>(quality.unit);
  const weights = useMemo(
    () =>
      Object.fromEntries(
        weightNames.map((name) => [name, signal(quality[name] === null ? "" : formatTyped(quality[name]))]),
      ) as Record<WeightName, Signal<string>>,
    [quality],
  );
  const boxes = useMemo(() => {
    const chosen = new Set<RuleName>(quality.chart_rules ?? defaultRules);
    return ruleNames.map((name) => ({ name, isChosen: signal(chosen.has(name)) }));
  }, [quality]);
  const faults = submit.faults.value;

  const save = () =>
    submit.run(async () => {
      const typed = (name: WeightName) => weights[name].value.trim();
      const wrong = {
        ...Object.fromEntries(
          weightNames
            .filter((name) => typed(name) !== "" && !(Number(readTyped(typed(name))) > 0))
            .map((name) => [name, notANumber()]),
        ),
        ...(rule.value !== "" && typed("label_quantity") === "" && { label_quantity: t("required") }),
        ...outOfOrder((name) => readTyped(typed(name))),
      };
      if (Object.keys(wrong).length > 0) {
        submit.faults.value = wrong;
        return;
      }
      const chosen = boxes.filter(({ isChosen }) => isChosen.value).map(({ name }) => name);
      const isDefault = chosen.join() === [...defaultRules].join();
      await api<ProductQuality>("PUT", pathOf(product), {
        body: {
          ...quality,
          ...Object.fromEntries(weightNames.map((name) => [name, readTyped(typed(name))])),
          label_rule: rule.value || null,
          unit: unit.value,
          chart_rules: isDefault ? null : chosen,
        },
      });
      onClose();
    });

  const weightField = (name: WeightName) => (
    <TextField
      key={name}
      label={say(name)}
      name={name}
      inputMode="decimal"
      value={weights[name]}
      error={faults[name]}
      maxLength={12}
    />
  );
  return (
    <DialogForm
      title={say("qualityOf", { name: product.name })}
      submit={submit}
      onClose={onClose}
      onSubmit={() => void save()}
      deed={say("save")}
      isWide
    >
      <div class="field-row">
        <SelectField
          label={sayQuality("label")}
          name="label_rule"
          value={rule}
          options={[
            { value: "", text: say("noLaw") },
            { value: "eu", text: sayQuality("rule_eu") },
            { value: "us", text: sayQuality("rule_us") },
          ]}
        />
        {weightField("label_quantity")}
        <SelectField
          label={say("limitsUnit")}
          name="unit"
          value={unit}
          options={["lb", "kg", "g", "oz"].map((value) => ({ value, text: value }))}
        />
      </div>
      {rule.value === "us" && weightField("mav")}
      <div class="field-row">{limitNames.map(weightField)}</div>
      <fieldset class="form-step rule-boxes">
        <legend>{say("rules")}</legend>
        {boxes.map(({ name, isChosen }) => (
          <CheckField
            key={name}
            label={`${sayQuality(`rule_${name}`)} (${name})`}
            name={name}
            value={isChosen}
            hint={say("cries", { number: formatNumber(rules[name].falseAlarms * 1000, 1) })}
          />
        ))}
      </fieldset>
      <p class="quiet">
        {sayQuality("falseAlarms", {
          number: formatNumber(
            boxes.reduce(
              (sum, { name, isChosen }) => sum + (isChosen.value ? rules[name].falseAlarms : 0),
              0,
            ) * 1000,
            1,
          ),
        })}
      </p>
    </DialogForm>
  );
}

/** Limits have to rise from the outer lower one to the outer upper one. */
function outOfOrder(typedAs: (name: WeightName) => string | null): Partial<Record<WeightName, string>> {
  const given = limitNames.filter((name) => typedAs(name) !== null);
  return Object.fromEntries(
    given
      .filter(
        (name, place) => place > 0 && Number(typedAs(name)) <= Number(typedAs(given[place - 1] ?? name)),
      )
      .map((name) => [name, say("mustRise")]),
  );
}
