import { useSignal } from "@preact/signals";
import type { Bag } from "../../records/bags/bag-view.ts";
import { api } from "../shared/api.ts";
import { Dialog } from "../shared/dialog.tsx";
import { DialogForm } from "../shared/dialog-form.tsx";
import {
  bagWeight,
  formatDateTime,
  formatDecimal,
  printedText,
  signedPounds,
  trimmed,
  weightText,
} from "../shared/format.ts";
import { isOperator } from "../shared/session.ts";
import { shownUnit } from "../shared/settings.ts";
import { useSubmit } from "../shared/submit.ts";
import { VoidBag } from "../shared/void-bag.tsx";
import { voidWhy } from "../shared/void-words.ts";
import { bagName, scaleName } from "./names.ts";
import { Shape } from "./shape.tsx";
import type { StationState } from "./state.ts";
import { t } from "./texts.ts";
import { verdictOf } from "./verdict.ts";

/** One of the last bags: what it is, and for an operator to void it or to take that back. */
export function BagDialog(props: {
  readonly id: number;
  readonly state: StationState;
  readonly onClose: () => void;
}) {
  const { id, state, onClose } = props;
  const isVoiding = useSignal(false);
  const submit = useSubmit();
  // As it is now: somebody else may have voided it meanwhile.
  const bag = state.bags.value.find((each) => each.id === id);
  if (bag === undefined) return null;
  if (isVoiding.value) return <VoidBag bag={bag} onClose={onClose} onDone={state.noteBag} />;
  if (!isOperator.value) {
    return (
      <Dialog title={bagName(bag)} onClose={onClose}>
        <div class="dialog-body">
          <Facts bag={bag} state={state} />
        </div>
      </Dialog>
    );
  }
  const isVoid = bag.voided_at !== null;
  return (
    <DialogForm
      title={bagName(bag)}
      submit={submit}
      onClose={onClose}
      onSubmit={() => {
        if (!isVoid) {
          isVoiding.value = true;
          return;
        }
        void submit.run(async () => {
          state.noteBag(await api<Bag>("POST", `/api/bags/${bag.id}/unvoid`, { body: {} }));
          onClose();
        });
      }}
      deed={t(isVoid ? "unvoid" : "voidIt")}
      isDangerous={!isVoid}
      keep={t("bagClose")}
    >
      <Facts bag={bag} state={state} />
    </DialogForm>
  );
}

function Facts({ bag, state }: { readonly bag: Bag; readonly state: StationState }) {
  const verdict = verdictOf(bag);
  const off = bag.target_weight === null ? null : Number(bag.weight_lb) - Number(bag.target_weight);
  return (
    <div class={`bag-facts chip-${verdict}`}>
      <p class="bag-facts-weight number">
        <Shape verdict={verdict} /> {weightText(bagWeight(bag))}
      </p>
      <p>{t(verdict)}</p>
      {bag.voided_at !== null && <p>{t("voidWhat", { reason: voidWhy(bag) })}</p>}
      {off !== null && <p class="number">{t("offTarget", { difference: signedPounds(off) })}</p>}
      <p class="number">{formatDateTime(bag.weighed_at)}</p>
      <p>
        {bag.source === "api" ? t("byApi") : scaleName(bag.scale, state.scales.value)}
        {bag.source === "manual" && `, ${t("byHand")}`}
      </p>
      {bag.note !== null && <p>{bag.note}</p>}
      {bag.gross !== null && bag.tare !== null && (
        <p class="number">
          {t("gross", {
            weight: printedText({ weight: bag.gross, unit: bag.unit }),
            tare: printedText({ weight: trimmed(bag.tare), unit: bag.unit }),
          })}
        </p>
      )}
      {bag.density !== null && (
        <p class="number">
          {t("density", {
            density: formatDecimal(bag.density.lb_per_ft3, 3),
            metric: formatDecimal(bag.density.kg_per_m3, 2),
          })}
        </p>
      )}
      {bag.unit !== shownUnit.value && <p class="number">{t("printedAs", { weight: printedText(bag) })}</p>}
      {bag.repeat_suspected && bag.voided_at === null && <p>{t("repeat")}</p>}
    </div>
  );
}
