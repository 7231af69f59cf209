import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Job } from "../../../records/jobs/job-view.ts";
import { jobsWithRoom } from "../../jobs/with-room.ts";
import { Dialog } from "../../shared/dialog.tsx";
import { SelectField } from "../../shared/field.tsx";
import { useLoaded } from "../loaded.ts";
import { Show } from "../states.tsx";
import { say } from "./texts.ts";

/** What is shown with a station's jobs that have room; a dialog that says so where there are none. */
export function WithRoom(props: {
  readonly station: string;
  readonly title: string;
  readonly onClose: () => void;
  readonly children: (jobs: readonly Job[]) => ComponentChildren;
}) {
  const { station, title, onClose, children } = props;
  const jobs = useLoaded(station, () => jobsWithRoom(station));
  const loaded = jobs.value.value;
  if (loaded !== null && loaded.length > 0) return <>{children(loaded)}</>;
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="dialog-body">
        <Show of={jobs}>{() => <p>{say("noJobHere", { station })}</p>}</Show>
      </div>
    </Dialog>
  );
}

/** One of them. */
export function JobField(props: { readonly jobs: readonly Job[]; readonly value: Signal<string> }) {
  return (
    <SelectField
      label={say("toJob")}
      name="job"
      value={props.value}
      options={props.jobs.map(({ id, company, bags_completed: done, quantity }) => ({
        value: String(id),
        text: say("jobChoice", { id, company, done, quantity }),
      }))}
    />
  );
}
