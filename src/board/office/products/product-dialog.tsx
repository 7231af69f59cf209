import { useSignal } from "@preact/signals";
import type { Product } from "../../../records/products/products.ts";
import { notANumber, typedPounds, typedWeight } from "../../jobs/job-words.ts";
import { api } from "../../shared/api.ts";
import { DialogForm } from "../../shared/dialog-form.tsx";
import { SelectField, TextField } from "../../shared/field.tsx";
import { formatTyped, readTyped } from "../../shared/format.ts";
import { session } from "../../shared/session.ts";
import { shownUnit } from "../../shared/settings.ts";
import { useSubmit } from "../../shared/submit.ts";
import { t } from "../../shared/texts.ts";
import { say } from "./texts.ts";

/** Makes a product, or changes one. */
export function ProductDialog(props: {
  /** Null: a new one. */
  readonly product: Product | null;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { product, onClose, onDone } = props;
  const submit = useSubmit();
  const tolerancePercent = product?.tolerance_percent ?? session.value?.tolerance_percent ?? "10";
  const shownTarget = product === null ? "" : typedWeight(product.target_weight);
  const name = useSignal(product?.name ?? "");
  const target = useSignal(shownTarget);
  const tolerance = useSignal(formatTyped(tolerancePercent));
  const quantity = useSignal(String(product?.quantity ?? ""));
  const unit = useSignal(product?.unit ?? "");
  const price = useSignal(product?.price_per_lb ? formatTyped(product.price_per_lb) : "");
  const volume = useSignal(product?.bag_volume ? formatTyped(product.bag_volume) : "");
  const tare = useSignal(product?.tare ? formatTyped(product.tare) : "");
  const note = useSignal(product?.note ?? "");
  const faults = submit.faults.value;
  const pounds = typedPounds(target.value);

  const save = () =>
    submit.run(async () => {
      const percent = readTyped(tolerance.value);
      const optional = (text: string) => (text.trim() === "" ? null : readTyped(text));
      const isWrong = (text: string) => text.trim() !== "" && readTyped(text) === null;
      const wrong = {
        ...(name.value.trim() === "" && { name: t("required") }),
        ...(pounds === null && { target_weight: notANumber() }),
        ...(percent === null && { tolerance_percent: notANumber() }),
        ...(!/^([1-9]\d{0,6})?$/.test(quantity.value.trim()) && { quantity: say("notAWhole") }),
        ...(isWrong(price.value) && { price_per_lb: notANumber() }),
        ...(isWrong(volume.value) && { bag_volume: notANumber() }),
        ...(isWrong(tare.value) && { tare: notANumber() }),
      };
      if (Object.keys(wrong).length > 0) {
        submit.faults.value = wrong;
        return;
      }
      const body = {
        name: name.value,
        // What was not touched is sent as it was: shown in another unit it is rounded.
        target_weight: product !== null && target.value === shownTarget ? product.target_weight : pounds,
        tolerance_percent: percent,
        quantity: quantity.value.trim() === "" ? null : Number(quantity.value),
        unit: unit.value || null,
        price_per_lb: optional(price.value),
        bag_volume: optional(volume.value),
        tare: optional(tare.value),
        note: note.value.trim() || null,
      };
      if (product === null) await api<Product>("POST", "/api/products", { body });
      else await api<Product>("PATCH", `/api/products/${product.id}`, { body });
      onDone();
      onClose();
    });

  return (
    <DialogForm
      title={say(product === null ? "add" : "edit")}
      submit={submit}
      onClose={onClose}
      onSubmit={() => void save()}
      deed={say("save")}
    >
      <TextField label={say("name")} name="name" value={name} error={faults.name} autoFocus />
      <div class="field-row">
        <TextField
          label={say("target")}
          name="target_weight"
          inputMode="decimal"
          value={target}
          suffix={shownUnit.value}
          error={faults.target_weight}
          maxLength={12}
        />
        <TextField
          label={say("tolerance")}
          name="tolerance_percent"
          inputMode="decimal"
          value={tolerance}
          suffix="%"
          error={faults.tolerance_percent}
          maxLength={6}
        />
        <SelectField
          label={say("unit")}
          name="unit"
          value={unit}
          options={[
            { value: "", text: say("unitReader") },
            { value: "lb", text: "lb" },
            { value: "kg", text: "kg" },
          ]}
        />
      </div>
      <TextField
        label={say("quantity")}
        name="quantity"
        inputMode="numeric"
        value={quantity}
        hint={say("quantityHint")}
        error={faults.quantity}
        maxLength={7}
      />
      <div class="field-row">
        <TextField
          label={say("price")}
          name="price_per_lb"
          inputMode="decimal"
          value={price}
          error={faults.price_per_lb}
          maxLength={14}
        />
        <TextField
          label={say("volume")}
          name="bag_volume"
          inputMode="decimal"
          value={volume}
          error={faults.bag_volume}
          maxLength={12}
        />
      </div>
      <TextField
        label={say("tare")}
        name="tare"
        inputMode="decimal"
        value={tare}
        hint={say("tareHint")}
        error={faults.tare}
        maxLength={12}
      />
      <TextField label={say("note")} name="note" value={note} error={faults.note} maxLength={500} />
    </DialogForm>
  );
}
