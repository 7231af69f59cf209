import { useSignal } from "@preact/signals";
import type { Bag } from "../../records/bags/bag-view.ts";
import { type VoidCode, voidCodes } from "../../weighing/void-codes.ts";
import { api } from "./api.ts";
import { DialogForm } from "./dialog-form.tsx";
import { TextField } from "./field.tsx";
import { bagWeight, formatTime, weightText } from "./format.ts";
import { QuickPicks } from "./quick-picks.tsx";
import { useSubmit } from "./submit.ts";
import { codeText, voidText } from "./void-words.ts";

/** Takes a bag out of the count: one touch says why, words can be added. */
export function VoidBag(props: {
  readonly bag: Bag;
  readonly onClose: () => void;
  readonly onDone: (bag: Bag) => void;
}) {
  const { bag, onClose, onDone } = props;
  const submit = useSubmit();
  const code = useSignal<VoidCode | null>(bag.repeat_suspected ? "weighed_twice" : null);
  const reason = useSignal("");
  const send = () =>
    submit.run(async () => {
      const words = reason.value.trim();
      if (words === "" && (code.value === null || code.value === "other")) {
        submit.faults.value = { reason: voidText(code.value === null ? "missing" : "missingWords") };
        return;
      }
      const body = { code: code.value ?? "other", ...(words !== "" && { reason: words }) };
      onDone(await api<Bag>("POST", `/api/bags/${bag.id}/void`, { body }));
      onClose();
    });
  return (
    <DialogForm
      title={voidText("title", { weight: weightText(bagWeight(bag)) })}
      submit={submit}
      onClose={onClose}
      onSubmit={send}
      deed={voidText("deed")}
      isDangerous
      keep={voidText("keep")}
    >
      <p>{voidText("what", { time: formatTime(bag.weighed_at) })}</p>
      <QuickPicks label={voidText("why")} value={code} picks={voidCodes} textOf={codeText} />
      <TextField
        label={voidText("words")}
        name="reason"
        value={reason}
        error={submit.faults.value.reason}
        maxLength={500}
      />
    </DialogForm>
  );
}
