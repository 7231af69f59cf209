import { useEffect } from "preact/hooks";
import type { JSX } from "preact/jsx-runtime";
import { pagePaths } from "../http/answer/page-paths.ts";
import { OnDemand } from "./office/on-demand.tsx";
import { followFindings } from "./shared/findings.ts";
import { startLive, stopLive } from "./shared/live.ts";
import { Lost } from "./shared/lost.tsx";
import { NotFound } from "./shared/not-found.tsx";
import { match, path } from "./shared/router.ts";
import { session } from "./shared/session.ts";
import { Shortcuts } from "./shared/shortcuts.tsx";
import { t } from "./shared/texts.ts";
import { Pair } from "./sign-in/pair.tsx";
import { SignIn } from "./sign-in/sign-in.tsx";
import { WhoActs } from "./sign-in/who-acts.tsx";
import { StationPage } from "./station/station-page.tsx";

/** Each address of `pagePaths` with its page. */
const pages: Readonly<
  Record<(typeof pagePaths)[number], (parts: Readonly<Record<string, string>>) => JSX.Element>
> = {
  "/": () => <StationPage />,
  "/jobs": () => <OnDemand name={t("jobs")} page={({ JobsPage }) => <JobsPage />} />,
  "/jobs/:id": ({ id = "" }) => (
    <OnDemand name={t("jobs")} page={({ JobPage }) => <JobPage key={id} id={id} />} />
  ),
  "/products": () => <OnDemand name={t("products")} page={({ ProductsPage }) => <ProductsPage />} />,
  "/bags": () => <OnDemand name={t("bags")} page={({ BagsPage }) => <BagsPage />} />,
  "/reports": () => <OnDemand name={t("reports")} page={({ ReportsPage }) => <ReportsPage />} />,
  "/quality": () => <OnDemand name={t("quality")} page={({ QualityPage }) => <QualityPage />} />,
  "/wall": () => <OnDemand name={t("wall")} page={({ WallPage }) => <WallPage />} />,
  "/scales": () => <OnDemand name={t("scales")} page={({ ScalesPage }) => <ScalesPage />} />,
  "/scales/:id": ({ id = "" }) => (
    <OnDemand name={t("scales")} page={({ ScalePage }) => <ScalePage key={id} id={id} />} />
  ),
  "/attention": () => <OnDemand name={t("attention")} page={({ AttentionPage }) => <AttentionPage />} />,
  "/people": () => <OnDemand name={t("people")} page={({ PeoplePage }) => <PeoplePage />} />,
  "/devices": () => <OnDemand name={t("devices")} page={({ DevicesPage }) => <DevicesPage />} />,
  "/sign-in": () => <SignIn />,
  "/pair": () => <Pair />,
};

export function isPage(pathname: string): boolean {
  return pagePaths.some((pattern) => match(pattern, pathname) !== null);
}

export function App() {
  const mayRead = (session.value?.role ?? null) !== null;
  useEffect(() => {
    if (!mayRead) return;
    startLive();
    const forgetFindings = followFindings();
    return () => {
      forgetFindings();
      stopLive();
    };
  }, [mayRead]);
  if (!mayRead) return path.value === "/pair" ? <Pair /> : <SignIn />;
  return (
    <>
      <Page />
      <WhoActs />
      <Lost />
      <Shortcuts />
    </>
  );
}

function Page() {
  for (const pattern of pagePaths) {
    const parts = match(pattern, path.value);
    if (parts !== null) return pages[pattern](parts);
  }
  return <NotFound />;
}
