import type { ScaleCheck } from "../../../records/scale-checks/check-list.ts";
import { formatDecimal, formatSigned, weightText } from "../../shared/format.ts";
import { drawTracks, type Track } from "../quality/chart-layout.ts";
import { TrackPlot } from "../quality/control-chart.tsx";
import { roundText } from "../weights.ts";
import { say } from "./texts.ts";

/** With fewer there is no course to see. */
const checksMin = 2;

/** The errors of a scale, a chart for each check weight: time goes to the right, and the broken lines are what was allowed. */
export function ErrorCharts({ checks }: { readonly checks: readonly ScaleCheck[] }) {
  const byWeight = Map.groupBy(
    checks.filter(({ kind }) => kind === "weight").toReversed(),
    ({ weight_name: name, unit }) => `${name} ${unit}`,
  );
  return (
    <>
      {[...byWeight].flatMap(([key, ofWeight]) =>
        ofWeight.length < checksMin ? [] : [<ErrorChart key={key} checks={ofWeight} />],
      )}
    </>
  );
}

function ErrorChart({ checks }: { readonly checks: readonly ScaleCheck[] }) {
  const last = checks.at(-1);
  if (last === undefined) return null;
  const { weight_name: name, unit, error, allowed } = last;
  const label = say("chart", {
    weight: name ?? "",
    count: checks.length,
    error: weightText({ number: formatSigned(Number(error ?? 0)), unit }),
    allowed: weightText({ number: formatDecimal(allowed), unit }),
  });
  return (
    <>
      <h3 class="control-name">{say("chartName", { weight: name ?? "", unit })}</h3>
      <TrackPlot tracks={drawTracks([trackOf(checks)], 1)} label={label} tick={roundText} isSmall />
    </>
  );
}

/** Those that failed are marked. */
function trackOf(checks: readonly ScaleCheck[]): Track {
  return {
    values: checks.map(({ error }) => Number(error ?? 0)),
    lower: checks.map(({ allowed }) => -Number(allowed)),
    upper: checks.map(({ allowed }) => Number(allowed)),
    center: 0,
    marked: new Set(checks.flatMap(({ passes }, place) => (passes ? [] : [place]))),
  };
}
