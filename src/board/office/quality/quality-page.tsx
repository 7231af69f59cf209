import { useSignal } from "@preact/signals";
import type { Job } from "../../../records/jobs/job-view.ts";
import type { Product } from "../../../records/products/products.ts";
import type { CapabilityAnswer } from "../../../records/quality/capability-answer.ts";
import type { ChartAnswer } from "../../../records/quality/chart-answer.ts";
import type { LimitsAnswer } from "../../../records/quality/limits-schema.ts";
import type { Reference } from "../../../records/quality/references.ts";
import type { ScalesAnswer } from "../../../records/quality/scales-answer.ts";
import { api, type Page } from "../../shared/api.ts";
import { formatDateTime, formatNumber } from "../../shared/format.ts";
import { Layout } from "../../shared/layout.tsx";
import { query, setQuery } from "../../shared/router.ts";
import { isOperator } from "../../shared/session.ts";
import { t } from "../../shared/texts.ts";
import { useLoaded } from "../loaded.ts";
import { Empty, Show } from "../states.tsx";
import { Capability } from "./capability.tsx";
import { ControlChart, LimitFigures, PointTable, Signals } from "./control-chart.tsx";
import { FreezeDialog } from "./freeze-dialog.tsx";
import { LabelLimits } from "./label-limits.tsx";
import { LiveReference } from "./live-reference.tsx";
import { LiveSignals } from "./live-signals.tsx";
import { QualityFilters } from "./quality-filters.tsx";
import { hasScope, type QualityQuery, readQualityQuery } from "./quality-query.ts";
import { Scales } from "./scales.tsx";
import { ShowWork } from "./show-work.tsx";
import { say } from "./texts.ts";

/** Jobs to choose from: the newest ones. An older one is found by its number in the address. */
const jobsShown = 100;

type Scope = Readonly<Record<string, string | null>>;

interface Shown {
  readonly jobs: readonly Job[];
  readonly products: readonly Product[];
  readonly references: readonly Reference[];
  readonly scope: Scope;
  readonly chart: ChartAnswer;
  readonly capability: CapabilityAnswer;
  readonly scales: ScalesAnswer;
  /** null: a law was chosen, but not yet what the label says. */
  readonly limits: LimitsAnswer | null;
}

/** Is the process in control, is it capable, does it keep the label's limits? The choice is in the address. */
export function QualityPage() {
  const asked = readQualityQuery(query.value);
  const shown = useLoaded(JSON.stringify(asked), () => load(asked), false);
  return (
    <Layout name={t("quality")} title={<h1>{t("quality")}</h1>}>
      <main class="page office" id="content">
        <LiveSignals station={asked.scope.station} job={asked.scope.job} />
        <Show of={shown}>{(value) => <Whole asked={asked} shown={value} reload={shown.reload} />}</Show>
      </main>
    </Layout>
  );
}

function Whole(props: { readonly asked: QualityQuery; readonly shown: Shown; readonly reload: () => void }) {
  const { asked, shown, reload } = props;
  const isFreezing = useSignal(false);
  const { chart, capability, limits, scope } = shown;
  const chartQuery = { ...scope, ...chartOf(asked) };
  const product =
    shown.jobs.find(({ id }) => String(id) === scope.job)?.product_id ?? (Number(scope.product) || null);
  return (
    <>
      <QualityFilters
        asked={asked}
        scope={scope}
        jobs={shown.jobs}
        products={shown.products}
        references={shown.references}
      />
      {isFreezing.value && (
        <FreezeDialog
          body={{ ...withoutNull(scope), chart: chart.chart, size: Number(asked.size) }}
          onClose={() => {
            isFreezing.value = false;
          }}
          onDone={({ id }) => {
            setQuery({ reference: String(id) });
            reload();
          }}
        />
      )}
      {capability.bags === 0 ? (
        <Empty>{say("noBags")}</Empty>
      ) : (
        <>
          <section class="card" aria-labelledby="control">
            <h2 id="control">{say(`chart_${chart.chart}`)}</h2>
            <p class="quiet">
              {say("chartNote", { count: chart.bags, points: formatNumber(chart.points_total) })}
              {chart.left_out > 0 && <> {say("leftOut", { count: chart.left_out })}</>}
            </p>
            {chart.reference !== null && (
              <p class="quiet">
                {say("frozenBy", {
                  name: chart.reference.name,
                  who: chart.reference.frozen_by,
                  when: formatDateTime(chart.reference.frozen_at),
                })}
              </p>
            )}
            {chart.reference !== null && product !== null && isOperator.value && (
              <LiveReference
                key={`${product} ${chart.reference.id}`}
                product={product}
                reference={chart.reference.id}
              />
            )}
            {chart.points.length === 0 ? (
              <p>{say(chart.unit !== "lb" && chart.bags === 0 ? "noVolume" : "tooFew")}</p>
            ) : (
              <>
                <ControlChart answer={chart} />
                <LimitFigures answer={chart} />
              </>
            )}
            <h3 class="control-name">{say("signals")}</h3>
            <Signals answer={chart} />
            {chart.rules.length > 0 && (
              <p class="quiet">
                {say("falseAlarms", {
                  number: formatNumber(
                    chart.rules.reduce((sum, rule) => sum + rule.false_alarms_per_1000_points, 0),
                    1,
                  ),
                })}
              </p>
            )}
            {isOperator.value && canFreeze(asked) && chart.points_total > 1 && (
              <button
                type="button"
                class="button button-small"
                onClick={() => {
                  isFreezing.value = true;
                }}
              >
                {say("freeze")}
              </button>
            )}
            <PointTable answer={chart} />
            <ShowWork path="/api/quality/chart" asked={chartQuery} />
          </section>
          <section class="card" aria-labelledby="capability">
            <h2 id="capability">{say("capability")}</h2>
            <Capability answer={capability} />
            <ShowWork path="/api/quality/capability" asked={{ ...scope, ...capabilityOf(asked) }} />
          </section>
          {shown.scales.scales.length > 1 && (
            <section class="card" aria-labelledby="scales">
              <h2 id="scales">{say("scales")}</h2>
              <Scales answer={shown.scales} />
              <ShowWork path="/api/quality/scales" asked={scope} />
            </section>
          )}
          {limits !== null && limits.limits.length > 0 && (
            <section class="card" aria-labelledby="label">
              <h2 id="label">{say(`rule_${limits.rule}`)}</h2>
              {limits.limits_from === "product" && <p class="quiet">{say("ofProduct")}</p>}
              <LabelLimits answer={limits} />
              <ShowWork path="/api/quality/limits" asked={{ ...scope, ...labelOf(asked) }} />
            </section>
          )}
        </>
      )}
    </>
  );
}

/** What the appliance freezes: limits that bags give by themselves. */
function canFreeze({ chart, of, reference }: QualityQuery): boolean {
  return reference === null && of === "lb" && chart !== "ewma" && chart !== "cusum";
}

function withoutNull(scope: Scope): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(scope).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}

function chartOf({ chart, of, size, reference }: QualityQuery): Scope {
  return {
    chart,
    unit: of,
    reference: of === "lb" ? reference : null,
    size: chart === "xbar_r" || chart === "xbar_s" ? size : null,
  };
}

function capabilityOf({ size }: QualityQuery): Scope {
  return { size };
}

/** Nobody chose a law: what the product says. */
function labelOf({ rule, quantity, unit }: QualityQuery): Scope {
  return rule === null ? {} : { rule, quantity, unit };
}

/** Nobody chose: the newest job. */
async function load(asked: QualityQuery): Promise<Shown> {
  const choices = loadChoices();
  // Not awaited first where the address says which bags: the answers take the longest.
  const [answers, rest] = await Promise.all([
    hasScope(asked)
      ? loadAnswers(asked, asked.scope)
      : choices.then(({ jobs: [newest] }) =>
          loadAnswers(asked, newest === undefined ? asked.scope : { ...asked.scope, job: String(newest.id) }),
        ),
    choices,
  ]);
  return { ...rest, ...answers };
}

async function loadChoices() {
  const [{ items: jobs }, { items: products }, { items: references }] = await Promise.all([
    api<Page<Job>>("GET", "/api/jobs", { query: { limit: String(jobsShown) } }),
    api<Page<Product>>("GET", "/api/products", { query: { retired: "false" } }),
    api<Page<Reference>>("GET", "/api/quality/references"),
  ]);
  return { jobs: jobs.filter(({ status }) => status !== "planned"), products, references };
}

async function loadAnswers(asked: QualityQuery, scope: Scope) {
  const isHalfSaid = asked.rule !== null && asked.quantity === "";
  const [chart, capability, scales, limits] = await Promise.all([
    api<ChartAnswer>("GET", "/api/quality/chart", { query: { ...scope, ...chartOf(asked) } }),
    api<CapabilityAnswer>("GET", "/api/quality/capability", { query: { ...scope, ...capabilityOf(asked) } }),
    api<ScalesAnswer>("GET", "/api/quality/scales", { query: scope }),
    isHalfSaid
      ? null
      : api<LimitsAnswer>("GET", "/api/quality/limits", { query: { ...scope, ...labelOf(asked) } }),
  ]);
  return { scope, chart, capability, scales, limits };
}
