import { Layout } from "./layout.tsx";
import { t } from "./texts.ts";

export function NotFound() {
  return (
    <Layout title={t("notFound")}>
      <main class="page" id="content">
        <p>{t("notFoundWhy")}</p>
        <a class="button" href="/">
          {t("toBoard")}
        </a>
      </main>
    </Layout>
  );
}
