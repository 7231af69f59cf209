import { Layout } from "../shared/layout.tsx";
import { t } from "../shared/texts.ts";

export function BagsPage() {
  return (
    <Layout title={t("bags")}>
      <main class="page" id="content" />
    </Layout>
  );
}
