import { Layout } from "./layout.tsx";
import { t } from "./texts.ts";

export function NotFound() {
  return (
    <Layout name={t("notFound")} title={<h1>{t("notFound")}</h1>}>
      <main class="page" id="content">
        <p>{t("notFoundWhy")}</p>
        <p class="not-found-ways">
          <a class="button button-main" href="/">
            {t("toBoard")}
          </a>
          {(["jobs", "bags", "reports", "scales"] as const).map((page) => (
            <a key={page} class="button" href={`/${page}`}>
              {t(page)}
            </a>
          ))}
        </p>
      </main>
    </Layout>
  );
}
