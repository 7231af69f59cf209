import { useSignal } from "@preact/signals";
import { ApiProblem } from "../shared/api.ts";
import { failureText } from "../shared/failure.ts";
import { TextField } from "../shared/field.tsx";
import { formatAge } from "../shared/format.ts";
import { usePageName } from "../shared/layout.tsx";
import { navigate } from "../shared/router.ts";
import { pairDevice } from "../shared/session.ts";
import { t } from "../shared/texts.ts";

/**
 * Pairs this browser by a code. The QR code's address has it behind `#`, which browsers send to nobody; it is used when the
 * reader says so, not when a page is opened.
 */
export function Pair() {
  const code = useSignal(location.hash.slice(1, 21));
  const error = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  usePageName(t("pairTitle"));

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (isBusy.value) return;
    if (code.value.trim() === "") {
      error.value = t("required");
      return;
    }
    isBusy.value = true;
    error.value = undefined;
    try {
      await pairDevice(code.value);
      navigate("/", { replace: true });
    } catch (problem) {
      error.value = refusalText(problem);
    } finally {
      isBusy.value = false;
    }
  }

  return (
    <main class="sign-in" id="content">
      <form class="card sign-in-card" onSubmit={submit} noValidate>
        <h1>{t("pairTitle")}</h1>
        <p>{t("pairWhat")}</p>
        <TextField
          label={t("pairCode")}
          name="code"
          value={code}
          error={error.value}
          maxLength={20}
          autoFocus
        />
        <button type="submit" class="button button-main" disabled={isBusy.value}>
          {t("pairDeed")}
        </button>
        <a class="button" href="/sign-in">
          {t("signInWithToken")}
        </a>
      </form>
    </main>
  );
}

function refusalText(problem: unknown): string {
  if (!(problem instanceof ApiProblem)) return failureText(problem);
  if (problem.code === "wrong_code") return t("pairWrong");
  if (problem.status === 429) return t("pairLocked", { age: formatAge((problem.waitSeconds ?? 60) * 1000) });
  return failureText(problem);
}
