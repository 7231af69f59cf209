import { useSignal } from "@preact/signals";
import type { z } from "zod";
import type { bulkAssignedSchema } from "../../../records/bags/bulk-assignment.ts";
import type { Job } from "../../../records/jobs/job-view.ts";
import { hasRoom } from "../../jobs/job-words.ts";
import { api, type Page } from "../../shared/api.ts";
import { serverNow } from "../../shared/clock.ts";
import { Dialog } from "../../shared/dialog.tsx";
import { DialogForm } from "../../shared/dialog-form.tsx";
import { SelectField } from "../../shared/field.tsx";
import { formatDateTime } from "../../shared/format.ts";
import { useSubmit } from "../../shared/submit.ts";
import { t } from "../../shared/texts.ts";
import { useLoaded } from "../loaded.ts";
import { Show } from "../states.tsx";
import { choiceText } from "./job-choice.ts";
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
  const jobs = useLoaded(station, async () => {
    const query = { station, limit: 100 };
    const { items } = await api<Page<Job>>("GET", "/api/jobs", { query });
    return items.filter(hasRoom);
  });
  const loaded = jobs.value.value;
  if (loaded !== null && loaded.length > 0) return <Choice {...props} jobs={loaded} />;
  return (
    <Dialog title={say("assignTimeTitle", { station })} onClose={onClose}>
      <div class="dialog-body">
        <Show of={jobs}>{() => <p>{say("noJobHere", { station })}</p>}</Show>
      </div>
    </Dialog>
  );
}

function Choice(props: AssignTimeProps & { readonly jobs: readonly Job[] }) {
  const { station, from, to, jobs, onClose, onDone } = props;
  const running = jobs.find(({ status }) => status === "active") ?? jobs[0];
  const job = useSignal(String(running?.id ?? ""));
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
      <SelectField
        label={say("toJob")}
        name="job"
        value={job}
        options={jobs.map((each) => ({ value: String(each.id), text: choiceText(each) }))}
      />
    </DialogForm>
  );
}
