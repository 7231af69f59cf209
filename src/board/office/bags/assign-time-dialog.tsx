import { useSignal } from "@preact/signals";
import type { z } from "zod";
import type { bulkAssignedSchema } from "../../../records/bags/bulk-assignment.ts";
import type { Job } from "../../../records/jobs/job-view.ts";
import { firstChoice } from "../../jobs/with-room.ts";
import { api } from "../../shared/api.ts";
import { serverNow } from "../../shared/clock.ts";
import { Dialog } from "../../shared/dialog.tsx";
import { DialogForm } from "../../shared/dialog-form.tsx";
import { formatDateTime } from "../../shared/format.ts";
import { useSubmit } from "../../shared/submit.ts";
import { t } from "../../shared/texts.ts";
import { JobField, WithRoom } from "./job-choice.tsx";
import { say } from "./texts.ts";

type Assigned = z.output<typeof bulkAssignedSchema>;

interface AssignTimeProps {
  readonly station: string;
  /** RFC 3339; null: since ever. */
  readonly from: string | null;
  /** RFC 3339, not included; null: until now. */
  readonly to: string | null;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Gives all bags without a job of a station and a time to a job that has room, however many they are. */
export function AssignTimeDialog(props: AssignTimeProps) {
  const { station, onClose } = props;
  return (
    <WithRoom station={station} title={say("assignTimeTitle", { station })} onClose={onClose}>
      {(jobs) => <Choice {...props} jobs={jobs} />}
    </WithRoom>
  );
}

function Choice(props: AssignTimeProps & { readonly jobs: readonly Job[] }) {
  const { station, from, to, jobs, onClose, onDone } = props;
  const job = useSignal(firstChoice(jobs));
  const submit = useSubmit();
  // Fixed when it is opened: what is weighed meanwhile was not meant.
  const span = useSignal({
    from: from ?? new Date(0).toISOString(),
    to: to ?? new Date(serverNow()).toISOString(),
  });
  const answer = useSignal<Assigned | null>(null);

  if (answer.value !== null) {
    const { assigned, left } = answer.value;
    return (
      <Dialog title={say("assignTimeTitle", { station })} onClose={onClose}>
        <div class="dialog-body">
          <p role="status">{say("assignedMany", { count: assigned })}</p>
          {left > 0 && <p>{say("assignedLeft", { count: left })}</p>}
        </div>
      </Dialog>
    );
  }
  return (
    <DialogForm
      title={say("assignTimeTitle", { station })}
      submit={submit}
      onClose={onClose}
      onSubmit={() =>
        void submit.run(async () => {
          answer.value = await api<Assigned>("POST", `/api/jobs/${job.value}/assign`, { body: span.value });
          onDone();
        })
      }
      deed={say("assign")}
      keep={t("back")}
    >
      <p>
        {from === null
          ? say("assignTimeUntil", { to: formatDateTime(span.value.to) })
          : say("assignTimeBetween", { from: formatDateTime(from), to: formatDateTime(span.value.to) })}
      </p>
      <JobField jobs={jobs} value={job} />
    </DialogForm>
  );
}
