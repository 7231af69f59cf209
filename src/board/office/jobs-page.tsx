import { Layout } from "../shared/layout.tsx";
import { t } from "../shared/texts.ts";

export function JobsPage() {
  return (
    <Layout title={t("jobs")}>
      <main class="page" id="content" />
    </Layout>
  );
}
