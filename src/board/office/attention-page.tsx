import { Layout } from "../shared/layout.tsx";
import { t } from "../shared/texts.ts";

export function AttentionPage() {
  return (
    <Layout title={t("attention")}>
      <main class="page" id="content" />
    </Layout>
  );
}
