import { Layout } from "../../shared/layout.tsx";
import { isAdmin, session } from "../../shared/session.ts";
import { t } from "../../shared/texts.ts";
import { Audit } from "./audit.tsx";
import { Findings } from "./findings.tsx";
import { Health } from "./health.tsx";
import { Parked } from "./parked.tsx";
import { Rejected } from "./rejected.tsx";

/** What needs a person, and what to do: the worst first. */
export function AttentionPage() {
  return (
    <Layout name={t("attention")} title={<h1>{t("attention")}</h1>}>
      <main class="page office" id="content">
        <Findings />
        <Health />
        {session.value?.forwarding === true && <Parked />}
        <Rejected />
        {isAdmin.value && <Audit />}
      </main>
    </Layout>
  );
}
