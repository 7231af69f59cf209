import { useSignal } from "@preact/signals";
import type { Bag } from "../../records/bags/bag-view.ts";
import type { Job } from "../../records/jobs/job-view.ts";
import { NewJobDialog } from "../jobs/job-dialog.tsx";
import { say } from "../jobs/texts.ts";
import { areJobsUpstream } from "../shared/session.ts";
import { VoidBag } from "../shared/void-bag.tsx";
import { AssignBags } from "./assign-bags.tsx";
import { CheckScale } from "./check-scale.tsx";
import { EndJob } from "./end-job.tsx";
import { EnterWeight } from "./enter-weight.tsx";
import { JobsHere, sameFigures } from "./jobs-here.tsx";
import type { StationState } from "./state.ts";
import { t } from "./texts.ts";

/** An open dialog, with what it was opened for: a bag that comes meanwhile must not take its place. */
type Open =
  | { readonly what: "start" | "enter" | "assign" | "jobs" | "check" }
  | { readonly what: "complete" | "cancel"; readonly job: Job }
  | { readonly what: "void"; readonly bag: Bag };

/** What an operator can do here. */
export function Actions(props: { readonly state: StationState }) {
  const { state } = props;
  const open = useSignal<Open | null>(null);
  const job = state.job.value;
  const lastBag = state.bags.value.find(({ voided_at }) => voided_at === null);
  const show = (next: Open) => () => {
    open.value = next;
  };
  return (
    <section class="actions" aria-label={t("actions")}>
      {job?.status === "active" ? (
        <>
          <Action
            key="complete"
            slot="complete"
            text={t("completeJob")}
            onClick={show({ what: "complete", job })}
          />
          <Action key="cancel" slot="cancel" text={t("cancelJob")} onClick={show({ what: "cancel", job })} />
        </>
      ) : (
        !areJobsUpstream.value && (
          <Action key="start" slot="start" text={t("startJob")} isMain onClick={show({ what: "start" })} />
        )
      )}
      {lastBag && <Action slot="void" text={t("voidLast")} onClick={show({ what: "void", bag: lastBag })} />}
      <Action slot="enter" text={t("enterWeight")} onClick={show({ what: "enter" })} />
      {state.checks.scales.value.length > 0 && (
        <Action slot="check" text={t("checkScale")} onClick={show({ what: "check" })} />
      )}
      {!areJobsUpstream.value && (
        <Action slot="jobs" text={jobsText(state)} onClick={show({ what: "jobs" })} />
      )}
      {state.unassigned.value.length > 0 && (
        <Action slot="assign" text={t("assignBags")} onClick={show({ what: "assign" })} />
      )}
      {open.value && (
        <OpenDialog
          open={open.value}
          state={state}
          onClose={() => {
            open.value = null;
          }}
        />
      )}
    </section>
  );
}

function jobsText({ plannedJobs }: StationState): string {
  const { value: number } = plannedJobs;
  return number === 0 ? say("jobsHere") : say("jobsHereCount", { number });
}

function Action(props: {
  /**
   * It has a place of its own, which stays empty without it: nothing may move while somebody touches it when a job
   * ends.
   */
  readonly slot: Open["what"];
  readonly text: string;
  readonly isMain?: boolean;
  readonly onClick: () => void;
}) {
  const { slot, text, isMain = false, onClick } = props;
  return (
    <button
      type="button"
      class={`button action action-${slot} ${isMain ? "button-main" : ""}`}
      onClick={onClick}
    >
      {text}
    </button>
  );
}

function OpenDialog(props: {
  readonly open: Open;
  readonly state: StationState;
  readonly onClose: () => void;
}) {
  const { open, state, onClose } = props;
  switch (open.what) {
    case "start":
      return (
        <NewJobDialog
          how="start"
          station={state.station}
          draft={state.job.value === null ? undefined : sameFigures(state.job.value)}
          onClose={onClose}
          onDone={state.noteJob}
        />
      );
    case "jobs":
      return <JobsHere state={state} onClose={onClose} />;
    case "complete":
    case "cancel":
      return <EndJob state={state} job={open.job} how={open.what} onClose={onClose} />;
    case "void":
      return <VoidBag bag={open.bag} onClose={onClose} onDone={state.noteBag} />;
    case "enter":
      return <EnterWeight state={state} onClose={onClose} />;
    case "check":
      return <CheckScale state={state} onClose={onClose} />;
    case "assign":
      return <AssignBags state={state} onClose={onClose} />;
  }
}
