import { useSignal } from "@preact/signals";
import { ApiProblem } from "../shared/api.ts";
import { failureText } from "../shared/failure.ts";
import { TextField } from "../shared/field.tsx";
import { usePageName } from "../shared/layout.tsx";
import { navigate, query } from "../shared/router.ts";
import { session, signIn } from "../shared/session.ts";
import { t } from "../shared/texts.ts";
import { EntryForm } from "./entry-form.tsx";

/** Signs in and goes on to where the reader wanted to go (`?to=`), or stays on the page that asked for it. */
export function SignIn() {
  const token = useSignal("");
  usePageName(t("signIn"));

  return (
    <EntryForm
      title="Pre-Puff"
      what={session.value?.board_public ? t("signInOptional") : t("signInWhy")}
      value={token}
      field={(error) => (
        <TextField
          label={t("token")}
          name="token"
          type="password"
          value={token}
          hint={t("tokenHint")}
          error={error}
          maxLength={512}
          autoComplete="current-password"
          autoFocus
        />
      )}
      deed={t("signIn")}
      onSend={async () => {
        await signIn(token.value.trim());
        token.value = "";
        if (location.pathname === "/sign-in") navigate(destination(query.value.get("to")), { replace: true });
      }}
      refusalText={refusalText}
    >
      <a class="button" href="/pair">
        {t("pairLink")}
      </a>
    </EntryForm>
  );
}

/** Only an address of this board: a link to the sign-in must not redirect to another site. */
function destination(to: string | null): string {
  return to !== null && /^\/(?!\/|\\)/.test(to) ? to : "/";
}

function refusalText(problem: unknown): string {
  if (!(problem instanceof ApiProblem)) return failureText(problem);
  switch (problem.status) {
    case 401:
      return t("tokenWrong");
    case 403:
      return t("tokenOfMachine");
    case 429:
      return t("tooManyAttempts");
    default:
      return failureText(problem);
  }
}
