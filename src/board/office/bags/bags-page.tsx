import { locale } from "../../shared/format.ts";
import { Layout } from "../../shared/layout.tsx";
import { navigate, query } from "../../shared/router.ts";
import { weightUnit } from "../../shared/settings.ts";
import { t } from "../../shared/texts.ts";
import { word } from "../words.ts";
import { csvLink, filterQuery, readFilter, withQuery } from "./bag-filter.ts";
import { BagFilters } from "./bag-filters.tsx";
import { BagList } from "./bag-list.tsx";
import { say } from "./texts.ts";

/** Bags by filters, which are in the address together with the page: a link shows another reader the same. */
export function BagsPage() {
  const filter = readFilter(query.value);
  const cursor = query.value.get("cursor");

  function show(nextCursor: string | null): void {
    const next = filterQuery(filter);
    if (nextCursor !== null) next.set("cursor", nextCursor);
    navigate(withQuery("/bags", next));
    scrollTo(0, 0);
  }

  return (
    <Layout name={t("bags")} title={<h1>{t("bags")}</h1>}>
      <main class="page office" id="content">
        <BagFilters
          filter={filter}
          onChange={(changed) => navigate(withQuery("/bags", filterQuery(changed)), { replace: true })}
        >
          <a class="button" href={csvLink(filter, { locale: locale.value, unit: weightUnit.value })} download>
            {word("csv")}
          </a>
          <a class="button" href={csvLink(filter)} download>
            {say("csvForPrograms")}
          </a>
        </BagFilters>
        <BagList filter={filter} cursor={cursor} onPage={show} />
      </main>
    </Layout>
  );
}
