import type { Bag } from "../../../records/bags/bag-view.ts";
import { api } from "../../shared/api.ts";
import { bagWeight, weightText } from "../../shared/format.ts";
import { ReasonDialog } from "../act-dialog.tsx";
import { say } from "./texts.ts";

/** Asks why a bag is to be voided, and voids it. */
export function VoidDialog(props: {
  readonly bag: Bag;
  readonly onClose: () => void;
  readonly onDone: (bag: Bag) => void;
}) {
  const { bag, onClose, onDone } = props;
  return (
    <ReasonDialog
      title={say("voidTitle", { weight: weightText(bagWeight(bag)) })}
      text={say("voidText")}
      act={say("void")}
      reasons={[say("weighedTwice"), say("bagBurst"), say("wrongMaterial"), say("testBag")]}
      onClose={onClose}
      onReason={async (reason) => {
        onDone(await api<Bag>("POST", `/api/bags/${bag.id}/void`, { body: { reason } }));
      }}
    />
  );
}
