import { useSignal } from "@preact/signals";
import type { Bag } from "../../../records/bags/bag-view.ts";
import type { Job } from "../../../records/jobs/job-view.ts";
import { hasRoom } from "../../jobs/job-words.ts";
import { api, type Page } from "../../shared/api.ts";
import { Dialog } from "../../shared/dialog.tsx";
import { DialogForm } from "../../shared/dialog-form.tsx";
import { failureText } from "../../shared/failure.ts";
import { SelectField } from "../../shared/field.tsx";
import { useSubmit } from "../../shared/submit.ts";
import { t } from "../../shared/texts.ts";
import { useLoaded } from "../loaded.ts";
import { Show } from "../states.tsx";
import { choiceText } from "./job-choice.ts";
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
  const jobs = useLoaded(station, async () => {
    const query = { station, limit: 100 };
    const { items } = await api<Page<Job>>("GET", "/api/jobs", { query });
    return items.filter(hasRoom);
  });
  if (stations.size > 1) return <Plain {...props} text={say("severalStations")} />;
  const loaded = jobs.value.value;
  if (loaded !== null && loaded.length > 0) return <Choice {...props} station={station} jobs={loaded} />;
  return (
    <Dialog title={say("assignTitle", { count: bags.length })} onClose={onClose}>
      <div class="dialog-body">
        <Show of={jobs}>{() => <p>{say("noJobHere", { station })}</p>}</Show>
      </div>
    </Dialog>
  );
}

function Plain(props: AssignProps & { readonly text: string }) {
  return (
    <Dialog title={say("assignTitle", { count: props.bags.length })} onClose={props.onClose}>
      <div class="dialog-body">
        <p>{props.text}</p>
      </div>
    </Dialog>
  );
}

function Choice(props: AssignProps & { readonly station: string; readonly jobs: readonly Job[] }) {
  const { bags, station, jobs, onClose, onDone } = props;
  const running = jobs.find(({ status }) => status === "active") ?? jobs[0];
  const job = useSignal(String(running?.id ?? ""));

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
      <SelectField
        label={say("toJob")}
        name="job"
        value={job}
        options={jobs.map((each) => ({ value: String(each.id), text: choiceText(each) }))}
      />
    </DialogForm>
  );
}
