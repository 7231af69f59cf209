import { useSignal } from "@preact/signals";
import { ApiProblem } from "../shared/api.ts";
import { failureText } from "../shared/failure.ts";
import { TextField } from "../shared/field.tsx";
import { usePageName } from "../shared/layout.tsx";
import { navigate, query } from "../shared/router.ts";
import { session, signIn } from "../shared/session.ts";
import { t } from "../shared/texts.ts";

/** Signs in and goes on to where the reader wanted to go (`?to=`), or stays on the page that asked for it. */
export function SignIn() {
  const token = useSignal("");
  const error = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  usePageName(t("signIn"));

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (isBusy.value) return;
    if (token.value.trim() === "") {
      error.value = t("required");
      return;
    }
    isBusy.value = true;
    error.value = undefined;
    try {
      await signIn(token.value.trim());
      token.value = "";
      if (location.pathname === "/sign-in") navigate(destination(query.value.get("to")), { replace: true });
    } catch (problem) {
      error.value = refusalText(problem);
    } finally {
      isBusy.value = false;
    }
  }

  return (
    <main class="sign-in" id="content">
      <form class="card sign-in-card" onSubmit={submit} noValidate>
        <h1>Pre-Puff</h1>
        <p>{session.value?.board_public ? t("signInOptional") : t("signInWhy")}</p>
        <TextField
          label={t("token")}
          name="token"
          type="password"
          value={token}
          hint={t("tokenHint")}
          error={error.value}
          maxLength={512}
          autoComplete="current-password"
          autoFocus
        />
        <button type="submit" class="button button-main" disabled={isBusy.value}>
          {t("signIn")}
        </button>
        <a class="button" href="/pair">
          {t("pairLink")}
        </a>
      </form>
    </main>
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
