import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { PersonButton } from "../sign-in/who-acts.tsx";
import { Dialog } from "./dialog.tsx";
import { SelectField } from "./field.tsx";
import { attention } from "./findings.ts";
import { formatNumber } from "./format.ts";
import { path } from "./router.ts";
import { device, isAdmin, session, signOut } from "./session.ts";
import { language, theme, weightUnit } from "./settings.ts";
import { t } from "./texts.ts";

const links = [
  { to: "/", text: "board" },
  { to: "/wall", text: "wall" },
  { to: "/jobs", text: "jobs" },
  { to: "/bags", text: "bags" },
  { to: "/reports", text: "reports" },
  { to: "/quality", text: "quality" },
  { to: "/scales", text: "scales" },
  { to: "/attention", text: "attention" },
  { to: "/people", text: "people" },
] as const;

/** The browser's name for the page, behind the number of things that need attention: a tab in the background says it too. */
export function usePageName(name: string): void {
  const count = attention.value.length;
  useEffect(() => {
    document.title = `${count === 0 ? "" : `(${formatNumber(count)}) `}${name} – Pre-Puff`;
  }, [name, count]);
}

/** The bar at the top, and a page below it. */
export function Layout(props: {
  /** What is at the left of the bar; on the operator's board the station. */
  readonly title: ComponentChildren;
  /** What the browser calls the page, in its tabs and its history. */
  readonly name: string;
  /** Between title and menu. */
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  usePageName(props.name);
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone the menu may be wider than the screen.
    nav.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [path.value]);
  return (
    <div class="layout">
      <a class="skip" href="#content">
        {t("skip")}
      </a>
      <header class="top">
        <div class="top-title">{props.title}</div>
        {props.aside && <div class="top-aside">{props.aside}</div>}
        <nav ref={nav} class="top-nav" aria-label={t("pages")}>
          {links
            .filter(({ to }) => to !== "/people" || isAdmin.value)
            .map(({ to, text }) => (
              <a key={to} href={to} {...(isHere(to) && { "aria-current": "page" })}>
                {t(text)}
                {text === "attention" && <AttentionCount />}
              </a>
            ))}
        </nav>
        <PersonButton />
        <DisplayMenu />
      </header>
      {props.children}
    </div>
  );
}

/** How many findings the page Attention lists; nothing if there are none. */
function AttentionCount() {
  const count = attention.value.length;
  return count === 0 ? null : <span class="badge">{formatNumber(count)}</span>;
}

function isHere(to: string): boolean {
  if (to === "/people" && path.value === "/devices") return true;
  return to === "/" ? path.value === "/" : path.value === to || path.value.startsWith(`${to}/`);
}

/** Beyond one page: the bar is made anew when a page's code has come, and a menu that was opened meanwhile stays open. */
const isMenuOpen = signal(false);

function DisplayMenu() {
  const isOpen = isMenuOpen;
  return (
    <>
      <button
        type="button"
        class="button button-plain"
        aria-haspopup="dialog"
        onClick={() => {
          isOpen.value = true;
        }}
      >
        <span aria-hidden="true">☰</span>
        <span class="sr-only">{t("display")}</span>
      </button>
      {isOpen.value && (
        <Dialog
          title={t("display")}
          onClose={() => {
            isOpen.value = false;
          }}
        >
          <div class="dialog-body">
            <SelectField
              label={t("language")}
              name="language"
              value={language}
              options={[
                { value: "en", text: "English" },
                { value: "es", text: "Español" },
              ]}
            />
            <SelectField
              label={t("weights")}
              name="unit"
              value={weightUnit}
              options={[
                { value: "lb", text: "lb" },
                { value: "kg", text: "kg" },
              ]}
            />
            <SelectField
              label={t("theme")}
              name="theme"
              value={theme}
              options={[
                { value: "auto", text: t("themeAuto") },
                { value: "light", text: t("themeLight") },
                { value: "dark", text: t("themeDark") },
              ]}
            />
            <FullScreen />
            <p class="menu-links">
              <a href="/runbooks">{t("runbooks")}</a>
              <a href="/openapi">API</a>
            </p>
            <SessionLine />
          </div>
        </Dialog>
      )}
    </>
  );
}

/** Not every browser can: a tablet's home screen does it by itself. */
function FullScreen() {
  if (!document.fullscreenEnabled) return null;
  const toggle = () =>
    void (
      document.fullscreenElement === null
        ? document.documentElement.requestFullscreen()
        : document.exitFullscreen()
    ).catch(() => undefined);
  return (
    <button type="button" class="button" onClick={toggle}>
      {t("fullScreen")}
    </button>
  );
}

function SessionLine() {
  const { actor = null, version = "" } = session.value ?? {};
  return (
    <div class="session-line">
      {actor === null ? (
        <a class="button" href={`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`}>
          {t("signIn")}
        </a>
      ) : (
        <>
          <span>{t("signedInAs", { actor })}</span>
          {/* Who signs a device off by mistake needs an admin to pair it again. */}
          {device.value === null && (
            <button type="button" class="button" onClick={() => void signOut().catch(() => undefined)}>
              {t("signOut")}
            </button>
          )}
        </>
      )}
      <small>Pre-Puff {version}</small>
    </div>
  );
}
