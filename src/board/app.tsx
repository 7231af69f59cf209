import { useEffect } from "preact/hooks";
import type { JSX } from "preact/jsx-runtime";
import { pagePaths } from "../http/answer/page-paths.ts";
import { BagsPage } from "./office/bags/bags-page.tsx";
import { JobPage } from "./office/jobs/job-page.tsx";
import { JobsPage } from "./office/jobs/jobs-page.tsx";
import { OnDemand } from "./office/on-demand.tsx";
import { followFindings } from "./shared/findings.ts";
import { startLive, stopLive } from "./shared/live.ts";
import { Lost } from "./shared/lost.tsx";
import { NotFound } from "./shared/not-found.tsx";
import { match, path } from "./shared/router.ts";
import { session } from "./shared/session.ts";
import { SignIn } from "./shared/sign-in.tsx";
import { t } from "./shared/texts.ts";
import { StationPage } from "./station/station-page.tsx";

const loadAttentionPage = async () => (await import("./office/attention/attention-page.tsx")).AttentionPage;
const loadReportsPage = async () => (await import("./office/reports/reports-page.tsx")).ReportsPage;
const loadScalesPage = async () => (await import("./office/scales/scales-page.tsx")).ScalesPage;

/** Each address of `pagePaths` with its page. */
const pages: Readonly<
  Record<(typeof pagePaths)[number], (parts: Readonly<Record<string, string>>) => JSX.Element>
> = {
  "/": () => <StationPage />,
  "/jobs": () => <JobsPage />,
  "/jobs/:id": ({ id = "" }) => <JobPage key={id} id={id} />,
  "/bags": () => <BagsPage />,
  "/reports": () => <OnDemand name={t("reports")} load={loadReportsPage} />,
  "/scales": () => <OnDemand name={t("scales")} load={loadScalesPage} />,
  "/attention": () => <OnDemand name={t("attention")} load={loadAttentionPage} />,
  "/sign-in": () => <SignIn />,
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
  if (!mayRead) return <SignIn />;
  return (
    <>
      <Page />
      <Lost />
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
