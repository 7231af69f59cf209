import { useSignal } from "@preact/signals";
import type { Bag } from "../../../records/bags/bag-view.ts";
import type { Job } from "../../../records/jobs/job-view.ts";
import { firstChoice } from "../../jobs/with-room.ts";
import { api } from "../../shared/api.ts";
import { Dialog } from "../../shared/dialog.tsx";
import { DialogForm } from "../../shared/dialog-form.tsx";
import { failureText } from "../../shared/failure.ts";
import { useSubmit } from "../../shared/submit.ts";
import { t } from "../../shared/texts.ts";
import { JobField, WithRoom } from "./job-choice.tsx";
import { say } from "./texts.ts";

interface AssignProps {
  readonly bags: readonly Bag[];
  readonly onClose: () => void;
  /** Called for each bag that was assigned. */
  readonly onDone: (bag: Bag) => void;
}

/** Assigns bags of one station to a job that has room. */
export function AssignDialog(props: AssignProps) {
  const { bags, onClose } = props;
  const stations = new Set(bags.map(({ station }) => station));
  const [station = ""] = stations;
  const title = say("assignTitle", { count: bags.length });
  if (stations.size > 1) {
    return (
      <Dialog title={title} onClose={onClose}>
        <div class="dialog-body">
          <p>{say("severalStations")}</p>
        </div>
      </Dialog>
    );
  }
  return (
    <WithRoom station={station} title={title} onClose={onClose}>
      {(jobs) => <Choice {...props} station={station} jobs={jobs} />}
    </WithRoom>
  );
}

function Choice(props: AssignProps & { readonly station: string; readonly jobs: readonly Job[] }) {
  const { bags, station, jobs, onClose, onDone } = props;
  const job = useSignal(firstChoice(jobs));

  const left = useSignal(
    [...bags].sort((a, b) => Date.parse(a.weighed_at) - Date.parse(b.weighed_at) || a.id - b.id),
  );
  const submit = useSubmit();

  /** One after the other, as they were weighed: that is the order of their numbers. */
  async function assignAll(): Promise<void> {
    for (const { id } of left.value) {
      try {
        const body = { job_id: Number(job.value) };
        onDone(await api<Bag>("POST", `/api/bags/${id}/assign`, { body }));
        left.value = left.value.filter((bag) => bag.id !== id);
      } catch (error) {
        const done = bags.length - left.value.length;
        if (done === 0) throw error;
        submit.failure.value = `${say("assignedSome", { done, count: bags.length })} ${failureText(error)}`;
        return;
      }
    }
    onClose();
  }

  return (
    <DialogForm
      title={say("assignTitle", { count: left.value.length })}
      submit={submit}
      onClose={onClose}
      onSubmit={() => void submit.run(assignAll)}
      deed={say("assign")}
      keep={t("back")}
    >
      <p>{say("assignText", { station })}</p>
      <JobField jobs={jobs} value={job} />
    </DialogForm>
  );
}
