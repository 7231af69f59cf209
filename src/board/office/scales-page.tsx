import { Layout } from "../shared/layout.tsx";
import { t } from "../shared/texts.ts";

export function ScalesPage() {
  return (
    <Layout title={t("scales")}>
      <main class="page" id="content" />
    </Layout>
  );
}
