import { useSignal } from "@preact/signals";
import type { Job } from "../../../records/jobs/job-view.ts";
import type { Release } from "../../../records/releases/releases.ts";
import { api } from "../../shared/api.ts";
import { formatDateTime, formatNumber } from "../../shared/format.ts";
import { isOperator } from "../../shared/session.ts";
import { ActDialog } from "../act-dialog.tsx";
import { Cell } from "../parts.tsx";
import { poundsText } from "../weights.ts";
import { word } from "../words.ts";
import { say } from "./texts.ts";

/** Who signed for a job that has ended, as what, and whether it was changed since; on paper too. */
export function Releases(props: {
  readonly job: Job;
  readonly releases: readonly Release[];
  readonly onReleased: () => void;
}) {
  const { job, releases, onReleased } = props;
  const asking = useSignal<Release["meaning"] | null>(null);
  const meaning = asking.value;
  return (
    <section class="card" aria-labelledby="releases">
      <h2 id="releases">{say("releases")}</h2>
      <p class={job.released === "outdated" ? "form-error" : ""}>
        {job.released === null
          ? say("releasedByNobody")
          : job.released === "outdated"
            ? say("releaseOutdated")
            : say("releaseInForce", { meaning: say(job.released) })}
      </p>
      {releases.length > 0 && <ReleaseTable releases={releases} />}
      {isOperator.value && (
        <div class="head-actions no-print">
          {(["reviewed", "approved"] as const).map((each) => (
            <button
              key={each}
              type="button"
              class="button"
              onClick={() => {
                asking.value = each;
              }}
            >
              {say(`act_${each}`)}
            </button>
          ))}
        </div>
      )}
      {meaning !== null && (
        <ActDialog
          title={say("releaseTitle", { id: job.id, meaning: say(meaning) })}
          act={say(`act_${meaning}`)}
          onClose={() => {
            asking.value = null;
          }}
          onAct={async () => {
            const body = { meaning, bags: job.bags_completed };
            await api<Release>("POST", `/api/jobs/${job.id}/releases`, { body });
            onReleased();
          }}
        >
          <p>{say("releaseText", { count: job.bags_completed })}</p>
        </ActDialog>
      )}
    </section>
  );
}

function ReleaseTable(props: { readonly releases: readonly Release[] }) {
  return (
    <table class="table">
      <thead>
        <tr>
          <th>{say("who")}</th>
          <th>{say("meaning")}</th>
          <th>{say("releasedAt")}</th>
          <th class="numeric">{word("bags")}</th>
          <th class="numeric">{word("in")}</th>
          <th class="numeric">{word("mean")}</th>
          <th>{word("status")}</th>
        </tr>
      </thead>
      <tbody>
        {props.releases.map(
          ({ id, person, meaning, released_at: at, bags, figures, in_force: isInForce }) => (
            <tr key={id}>
              <Cell label={say("who")} class="cell-title cell-name">
                {person}
              </Cell>
              <Cell label={say("meaning")}>{say(meaning)}</Cell>
              <Cell label={say("releasedAt")}>{formatDateTime(at)}</Cell>
              <Cell label={word("bags")} class="numeric">
                {formatNumber(bags)}
              </Cell>
              <Cell label={word("in")} class="numeric">
                {formatNumber(figures.in)}
              </Cell>
              <Cell label={word("mean")} class="numeric">
                {poundsText(figures.mean)}
              </Cell>
              <Cell label={word("status")}>{say(isInForce ? "inForce" : "changedSince")}</Cell>
            </tr>
          ),
        )}
      </tbody>
    </table>
  );
}
