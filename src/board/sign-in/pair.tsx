import { useSignal } from "@preact/signals";
import { ApiProblem } from "../shared/api.ts";
import { failureText } from "../shared/failure.ts";
import { TextField } from "../shared/field.tsx";
import { formatAge } from "../shared/format.ts";
import { usePageName } from "../shared/layout.tsx";
import { navigate } from "../shared/router.ts";
import { pairDevice } from "../shared/session.ts";
import { t } from "../shared/texts.ts";
import { EntryForm } from "./entry-form.tsx";

/**
 * Pairs this browser by a code. The QR code's address has it behind `#`, which browsers send to nobody; it is used when the
 * reader says so, not when a page is opened.
 */
export function Pair() {
  const code = useSignal(location.hash.slice(1, 21));
  usePageName(t("pairTitle"));

  return (
    <EntryForm
      title={t("pairTitle")}
      what={t("pairWhat")}
      value={code}
      field={(error) => (
        <TextField label={t("pairCode")} name="code" value={code} error={error} maxLength={20} autoFocus />
      )}
      deed={t("pairDeed")}
      onSend={async () => {
        await pairDevice(code.value);
        navigate("/", { replace: true });
      }}
      refusalText={refusalText}
    >
      <a class="button" href="/sign-in">
        {t("signInWithToken")}
      </a>
    </EntryForm>
  );
}

function refusalText(problem: unknown): string {
  if (!(problem instanceof ApiProblem)) return failureText(problem);
  if (problem.code === "wrong_code") return t("pairWrong");
  if (problem.status === 429) return t("pairLocked", { age: formatAge((problem.waitSeconds ?? 60) * 1000) });
  return failureText(problem);
}
