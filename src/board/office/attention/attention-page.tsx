import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Layout } from "../../shared/layout.tsx";
import { isAdmin, session } from "../../shared/session.ts";
import { t } from "../../shared/texts.ts";
import { Audit } from "./audit.tsx";
import { Findings } from "./findings.tsx";
import { Health } from "./health.tsx";
import { Parked } from "./parked.tsx";
import { Rejected } from "./rejected.tsx";
import { Verify } from "./verify.tsx";

/** What is below the findings is shown after them, or after this time: it must not move while somebody touches it. */
const waitMs = 2_000;

/** What needs a person, and what to do: the worst first. */
export function AttentionPage() {
  const isAnswered = useSignal(false);
  const answered = () => {
    isAnswered.value = true;
  };
  useEffect(() => {
    const timer = setTimeout(answered, waitMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Layout name={t("attention")} title={<h1>{t("attention")}</h1>}>
      <main class="page office" id="content">
        <Findings onAnswered={answered} />
        <div class="office" hidden={!isAnswered.value}>
          <Health />
          {session.value?.forwarding === true && <Parked />}
          <Rejected />
          {isAdmin.value && <Audit />}
          {isAdmin.value && <Verify />}
        </div>
      </main>
    </Layout>
  );
}
