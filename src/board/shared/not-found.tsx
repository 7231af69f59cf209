import { Layout } from "./layout.tsx";
import { t } from "./texts.ts";

export function NotFound() {
  return (
    <Layout name={t("notFound")} title={<h1>{t("notFound")}</h1>}>
      <main class="page" id="content">
        <p>{t("notFoundWhy")}</p>
        <a class="button" href="/">
          {t("toBoard")}
        </a>
      </main>
    </Layout>
  );
}
