import type { LiveEvent } from "../../events/event.ts";
import type { Job } from "../../records/jobs/job-view.ts";
import { units } from "../../weighing/units.ts";
import { limitsOf } from "../jobs/limits.ts";
import { bagWeight, poundsWeight, weightText } from "../shared/format.ts";
import { Face } from "./face.tsx";
import { scaleName } from "./names.ts";
import { netPounds, provisionalVerdict, type ShownByScale } from "./provisional.ts";
import type { StationState } from "./state.ts";
import { t } from "./texts.ts";
import type { Verdict } from "./verdict.ts";

/** The load that is on the scale now, with what it lacks or has too much. */
export function LiveFace(props: { readonly live: LiveEvent; readonly state: StationState }) {
  const { live, state } = props;
  const unit = units.find((one) => one === live.unit);
  const job = state.job.value?.status === "active" ? state.job.value : null;
  const shown = live.weight === null || unit === undefined ? null : { weight: live.weight, unit };
  const advice = shown === null || job === null ? null : adviceOf({ ...shown, gross: live.gross }, job);
  const isGood = advice === null || advice.verdict === "in";
  return (
    <Face
      verdict={advice?.verdict ?? "kept"}
      word={advice?.word ?? t("onScale")}
      what={live.state !== "settled" ? t("liveMoving") : isGood ? t("liveSettled") : undefined}
      {...(shown !== null && { weight: bagWeight(shown) })}
    >
      {job !== null && (
        <span>
          {t("limits", {
            target: weightText(poundsWeight(job.target_weight)),
            lower: weightText(poundsWeight(limitsOf(job).lower)),
            upper: weightText(poundsWeight(limitsOf(job).upper)),
          })}
        </span>
      )}
      <span>{scaleName(live.scale, state.scales.value)}</span>
    </Face>
  );
}

/** What the operator has to do to come to the target: only out of tolerance, where it matters. */
function adviceOf(shown: ShownByScale, job: Job): { readonly verdict: Verdict; readonly word: string } {
  const verdict = provisionalVerdict(shown, job);
  if (verdict === "in") return { verdict, word: t("in") };
  const off = weightText(poundsWeight(Math.abs(netPounds(shown, job) - Number(job.target_weight))));
  return { verdict, word: t(verdict === "under" ? "addWeight" : "takeWeight", { weight: off }) };
}
