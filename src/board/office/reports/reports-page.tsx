import { useSignal } from "@preact/signals";
import type { ChainHead } from "../../../records/chain/head.ts";
import type { Report } from "../../../records/reports/report.ts";
import type { Calendar } from "../../../records/shifts/calendar.ts";
import { ApiProblem, api } from "../../shared/api.ts";
import { now } from "../../shared/clock.ts";
import { Layout } from "../../shared/layout.tsx";
import { query } from "../../shared/router.ts";
import { isAdmin } from "../../shared/session.ts";
import { t } from "../../shared/texts.ts";
import { useLoaded } from "../loaded.ts";
import { loadChainHead, PrintedHead } from "../printed-head.tsx";
import { useEvery } from "../soon.ts";
import { Empty, Show } from "../states.tsx";
import { BarChart } from "./bar-chart.tsx";
import { MailsDialog } from "./mails-dialog.tsx";
import { PeriodBar } from "./period-bar.tsx";
import { periodName, plantMoment } from "./plant-time.ts";
import { ReportFigures } from "./report-figures.tsx";
import { type ReportQuery, readReportQuery } from "./report-query.ts";
import { GroupTable, groupWord, LongestStandstills, VoidReasons } from "./report-tables.tsx";
import { ShiftsDialog } from "./shifts-dialog.tsx";
import { say } from "./texts.ts";

/** A period that runs is looked at again. */
const askEveryMs = 30_000;

interface Shown {
  readonly calendar: Calendar;
  /** null: the plant has no shifts. */
  readonly report: Report | null;
  readonly head: ChainHead;
}

/** What was weighed in a shift, a day, a week, a month or any time; the choice is in the address. */
export function ReportsPage() {
  const asked = readReportQuery(query.value);
  const shown = useLoaded(JSON.stringify(asked), () => load(asked));
  const opened = useSignal<"shifts" | "mails" | null>(null);
  const close = () => {
    opened.value = null;
  };
  useEvery(() => {
    if (shown.value.value?.report?.is_running) shown.reload();
  }, askEveryMs);
  return (
    <Layout name={t("reports")} title={<h1>{t("reports")}</h1>}>
      <main class="page office period-report" id="content">
        <Show of={shown}>
          {({ calendar, report, head }) => (
            <>
              <PeriodBar asked={asked} calendar={calendar} report={report}>
                {isAdmin.value && (
                  <>
                    <button
                      type="button"
                      class="button button-small"
                      onClick={() => {
                        opened.value = "shifts";
                      }}
                    >
                      {say("editShifts")}
                    </button>
                    <button
                      type="button"
                      class="button button-small"
                      onClick={() => {
                        opened.value = "mails";
                      }}
                    >
                      {say("byMail")}
                    </button>
                  </>
                )}
              </PeriodBar>
              {report === null ? (
                <Empty>
                  <p>{say("noShifts")}</p>
                </Empty>
              ) : (
                <>
                  <Whole report={report} />
                  <PrintedHead {...head} />
                </>
              )}
              {opened.value === "shifts" && (
                <ShiftsDialog calendar={calendar} onClose={close} onSaved={shown.reload} />
              )}
              {opened.value === "mails" && <MailsDialog calendar={calendar} onClose={close} />}
            </>
          )}
        </Show>
      </main>
    </Layout>
  );
}

function Whole(props: { readonly report: Report }) {
  const { report } = props;
  const { totals, time_zone: zone } = report;
  return (
    <>
      <header class="period-head">
        <h2>{periodName(report, zone)}</h2>
        <p class="quiet">
          {plantMoment(report.from, zone)} – {plantMoment(report.to, zone)} ({zone})
          {report.is_running && <> · {say("running")}</>}
          <span class="only-print-inline">
            {" · "}
            {say("printedAt", { when: plantMoment(new Date(now.value).toISOString(), zone) })}
          </span>
        </p>
      </header>
      {totals.bags + totals.voided === 0 ? (
        <Empty>{say("noBags")}</Empty>
      ) : (
        <>
          <ReportFigures report={report} />
          <section class="card" aria-labelledby="over-time">
            <h2 id="over-time">{say(`chart_${report.bar_length}`)}</h2>
            <BarChart report={report} />
          </section>
          <section class="card" aria-labelledby="groups">
            <h2 id="groups">{say("by", { what: groupWord(report.group) })}</h2>
            <GroupTable report={report} />
          </section>
          <div class="report-tables">
            <LongestStandstills report={report} />
            <VoidReasons report={report} />
          </div>
        </>
      )}
    </>
  );
}

/** Nobody chose a period: of the shift, where the plant has shifts, else of the day. */
async function load(asked: ReportQuery): Promise<Shown> {
  const [calendar, head] = await Promise.all([api<Calendar>("GET", "/api/shifts"), loadChainHead()]);
  const period = asked.period ?? (calendar.shifts.length > 0 ? "shift" : "day");
  try {
    const report = await api<Report>("GET", "/api/reports", { query: { ...asked, period } });
    return { calendar, report, head };
  } catch (error) {
    if (error instanceof ApiProblem && error.code === "no_shifts") return { calendar, report: null, head };
    throw error;
  }
}
