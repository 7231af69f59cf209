import { useSignal } from "@preact/signals";
import type { Bag } from "../../records/bags/bag-view.ts";
import { api } from "../shared/api.ts";
import { DialogForm } from "../shared/dialog-form.tsx";
import { TextField } from "../shared/field.tsx";
import { bagWeight, formatNumber, formatTime, weightText } from "../shared/format.ts";
import { QuickPicks } from "../shared/quick-picks.tsx";
import { useSubmit } from "../shared/submit.ts";
import type { StationState } from "./state.ts";
import { t } from "./texts.ts";

/** Takes a bag out of the count, with a reason. */
export function VoidBag(props: {
  readonly state: StationState;
  readonly bag: Bag;
  readonly onClose: () => void;
}) {
  const { state, bag, onClose } = props;
  const submit = useSubmit();
  const reason = useSignal(bag.repeat_suspected ? t("reasonDouble") : "");
  const send = () =>
    submit.run(async () => {
      if (reason.value.trim() === "") {
        submit.faults.value = { reason: t("missing") };
        return;
      }
      state.noteBag(await api<Bag>("POST", `/api/bags/${bag.id}/void`, { body: { reason: reason.value } }));
      onClose();
    });
  return (
    <DialogForm
      title={
        bag.bag_num === null ? t("voidAskNoNumber") : t("voidAsk", { number: formatNumber(bag.bag_num) })
      }
      submit={submit}
      onClose={onClose}
      onSubmit={send}
      deed={t("voidDeed")}
      isDangerous
      keep={t("keepBag")}
    >
      <p>{t("voidAskWhat", { weight: weightText(bagWeight(bag)), time: formatTime(bag.weighed_at) })}</p>
      <QuickPicks
        label={t("voidReason")}
        value={reason}
        picks={[t("reasonTorn"), t("reasonDouble"), t("reasonTest"), t("reasonWrong")]}
      />
      <TextField
        label={t("voidReason")}
        name="reason"
        value={reason}
        error={submit.faults.value.reason}
        maxLength={500}
      />
    </DialogForm>
  );
}
