import { checkWeightText } from "../shared/check-weight.ts";
import { Dialog } from "../shared/dialog.tsx";
import { useSubmit } from "../shared/submit.ts";
import { scaleName } from "./names.ts";
import type { StationState } from "./state.ts";
import { askCheck } from "./station-checks.ts";
import { t } from "./texts.ts";

/** Asks which scale is checked and with what: one touch, then the next print is the check. */
export function CheckScale(props: { readonly state: StationState; readonly onClose: () => void }) {
  const { state, onClose } = props;
  const submit = useSubmit();
  const start = (scale: number, weight: string | null) =>
    submit.run(async () => {
      state.checks.note(await askCheck(scale, weight));
      onClose();
    });
  return (
    <Dialog title={t("checkScale")} onClose={onClose}>
      <div class="dialog-body">
        <p>{t("checkScaleWhat")}</p>
        {state.checks.scales.value.map(({ scale, weights }) => (
          <section key={scale} class="check-choice">
            <h3>{scaleName(scale, state.scales.value)}</h3>
            <ul class="company-picks">
              {weights.map((weight) => (
                <li key={weight.name}>
                  <button
                    type="button"
                    class="button company-pick"
                    disabled={submit.isBusy.value}
                    onClick={() => start(scale, weight.name)}
                  >
                    {checkWeightText(weight)}
                  </button>
                </li>
              ))}
              <li>
                <button
                  type="button"
                  class="button company-pick"
                  disabled={submit.isBusy.value}
                  onClick={() => start(scale, null)}
                >
                  {t("checkTenTimes")}
                </button>
              </li>
            </ul>
          </section>
        ))}
        {submit.failure.value && (
          <p class="form-error" role="alert">
            {submit.failure.value}
          </p>
        )}
      </div>
    </Dialog>
  );
}
