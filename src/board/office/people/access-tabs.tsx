import { path } from "../../shared/router.ts";
import { t } from "../../shared/texts.ts";

const tabs = [
  { to: "/people", text: "people" },
  { to: "/devices", text: "devices" },
] as const;

/** Who may act, and on what: two pages, one place in the menu. */
export function AccessTabs() {
  return (
    <nav class="tabs" aria-label={t("people")}>
      {tabs.map(({ to, text }) => (
        <a key={to} class="button" href={to} {...(path.value === to && { "aria-current": "page" })}>
          {t(text)}
        </a>
      ))}
    </nav>
  );
}
