import { Layout } from "../shared/layout.tsx";
import { t } from "../shared/texts.ts";

export function StationPage() {
  return (
    <Layout title={t("board")}>
      <main class="page" id="content" />
    </Layout>
  );
}
