import { about, type Finding, failed, type InsideCheck, passed, type Subject } from "./check.ts";
import type { CheckedScaleFact, ScaleFact } from "./facts.ts";
import { phrase } from "./phrase.ts";

/** Whether the scales themselves are right: checks by weights, and calibration. */
export const scaleCheckChecks: readonly InsideCheck[] = [
  {
    name: "checks of scales",
    needs: ["appliance", "admin token", "part: database"],
    inside: "scale_checks",
    run: scaleChecks,
  },
];

const dayMs = 86_400_000;
/** A laboratory wants to be asked some weeks before. */
const calibrationNoticeMs = 30 * dayMs;

async function scaleChecks({ facts, clock }: Subject) {
  const [checked, scales] = await Promise.all([facts.checkedScales(), facts.scales()]);
  // Of a scale that is switched off nobody wants to know.
  const inUse = checked.flatMap((each) => {
    const scale = scales.find(({ id }) => id === each.scale);
    return scale?.enabled ? [{ ...each, name: nameOf(scale) }] : [];
  });
  if (inUse.length === 0) return passed(phrase("none_checked"));
  return inUse.flatMap((each) => {
    const thing = phrase("scale_check", { scale: each.name });
    const calibration = calibrationOf(each, clock.now());
    const calibrated = phrase("scale_calibration", { scale: each.name });
    return [about(thing, checkOf(each)), ...(calibration === null ? [] : [about(calibrated, calibration)])];
  });
}

function nameOf({ id, name }: Pick<ScaleFact, "id" | "name">): string {
  return name === null ? String(id) : `${id} (${name})`;
}

function checkOf({ standing }: CheckedScaleFact): Finding {
  const { failed: names, missing, check, checked_at: at } = standing;
  const weights = names.filter((name) => name !== "repeatability");
  if (weights.length > 0) {
    return failed(phrase("check_failed", { weights: weights.join(", ") }), phrase("do_check_failed"));
  }
  if (names.length > 0) return failed(phrase("repeatability_failed"), phrase("do_repeatability_failed"));
  if (check === "overdue") {
    return failed(phrase("check_overdue", { weights: missing.join(", ") }), phrase("do_check"));
  }
  if (check === "due") {
    return failed(phrase("check_due", { weights: missing.join(", ") }), phrase("do_check"), "know");
  }
  return passed(at === null ? phrase("never_checked") : phrase("checked", { checked_at: at }));
}

/** null: it is not set, or far away. */
function calibrationOf({ calibration_due: due }: CheckedScaleFact, now: number): Finding | null {
  if (due === null) return null;
  // To the end of that day.
  const leftMs = Date.parse(due) + dayMs - now;
  if (leftMs > calibrationNoticeMs) return null;
  return leftMs < 0
    ? failed(phrase("calibration_overdue", { date: due }), phrase("do_calibration"))
    : failed(phrase("calibration_due", { date: due }), phrase("do_calibration"), "know");
}
