import type { Scale } from "../../../records/scales/scale-list.ts";
import { api } from "../../shared/api.ts";
import { ActDialog } from "../act-dialog.tsx";
import { say } from "./texts.ts";

/** Forgets a scale that is no longer used. */
export function RemoveDialog(props: {
  readonly scale: Scale;
  readonly onClose: () => void;
  readonly onRemoved: (scale: Scale) => void;
}) {
  const { scale, onClose, onRemoved } = props;
  return (
    <ActDialog
      title={say("removeTitle", { id: scale.id })}
      act={say("remove")}
      isDanger
      onClose={onClose}
      onAct={async () => {
        await api<undefined>("DELETE", `/api/scales/${scale.id}`);
        onRemoved(scale);
      }}
    >
      <p>{say("removeText")}</p>
    </ActDialog>
  );
}
