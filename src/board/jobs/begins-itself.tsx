import { api } from "../shared/api.ts";
import type { Submit } from "../shared/submit.ts";
import { say } from "./texts.ts";

/** Whether a station's next job begins by itself; a choice holds at once. */
export function BeginsItself(props: {
  readonly station: string;
  readonly isOn: boolean;
  readonly submit: Submit;
  readonly onChanged: () => void;
}) {
  const { station, isOn, submit, onChanged } = props;
  const set = (next_job_begins: "by_itself" | "by_hand") =>
    submit.run(async () => {
      await api("PATCH", `/api/stations/${encodeURIComponent(station)}`, { body: { next_job_begins } });
      onChanged();
    });
  return (
    <label class="check-line">
      <input
        type="checkbox"
        name="begins_itself"
        checked={isOn}
        onChange={(event) => void set(event.currentTarget.checked ? "by_itself" : "by_hand")}
      />
      <span>{say("beginsItself")}</span>
    </label>
  );
}
