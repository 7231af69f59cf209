import { Layout } from "../shared/layout.tsx";
import { t } from "../shared/texts.ts";

export function JobPage(props: { readonly id: string }) {
  return (
    <Layout title={t("jobs")}>
      <main class="page" id="content">
        {props.id}
      </main>
    </Layout>
  );
}
