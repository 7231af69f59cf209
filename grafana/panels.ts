import * as bargauge from "@grafana/grafana-foundation-sdk/bargauge";
import type * as cog from "@grafana/grafana-foundation-sdk/cog";
import * as common from "@grafana/grafana-foundation-sdk/common";
import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import * as histogram from "@grafana/grafana-foundation-sdk/histogram";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as statetimeline from "@grafana/grafana-foundation-sdk/statetimeline";
import * as tablePanel from "@grafana/grafana-foundation-sdk/table";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import type { Query } from "./queries.ts";

/** What every panel has to say of itself. */
export interface Look {
  readonly title: string;
  /** For the reader: what it shows, and what is good or bad about it. */
  readonly description: string;
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Shown where there is nothing, for what may rightly be empty. */
  readonly empty?: string;
}

/** What all of the SDK's builders of panels have in common. */
interface Dressable {
  title(title: string): this;
  description(description: string): this;
  unit(unit: string): this;
  noValue(text: string): this;
  datasource(source: common.DataSourceRef): this;
  withTarget(target: cog.Builder<cog.Dataquery>): this;
}

const letters = "ABCDEFGH";

function dress<P extends Dressable>(panel: P, look: Look): P {
  panel.title(look.title).description(look.description).unit(look.unit);
  if (look.empty !== undefined) panel.noValue(look.empty);
  const [first] = look.queries;
  if (first) panel.datasource(first.source);
  look.queries.forEach((query, index) => {
    panel.withTarget(query.build(letters.charAt(index)));
  });
  return panel;
}

export type Step = readonly [from: number | null, color: string];

/** Colours from a value on; the first step begins at null. */
export function steps(...list: readonly Step[]) {
  return new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps(list.map(([value, color]) => ({ value, color })));
}

/** Words in the place of numbers, with a colour each. */
export function words(
  map: Readonly<Record<string, readonly [text: string, color: string]>>,
): dashboard.ValueMapping {
  const options = Object.fromEntries(
    Object.entries(map).map(([value, [text, color]], index) => [value, { text, color, index }]),
  );
  return { type: dashboard.MappingType.ValueToText, options };
}

/** One number, the last one, with its course behind it where the query has one. */
export function number(look: Look, thresholds = steps([null, "text"])) {
  return dress(new stat.PanelBuilder(), look)
    .thresholds(thresholds)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]))
    .graphMode(common.BigValueGraphMode.Area)
    .colorMode(common.BigValueColorMode.Value);
}

/** A state in a word, its colour over the whole field. */
export function state(look: Look, map: Parameters<typeof words>[0]) {
  return number(look)
    .graphMode(common.BigValueGraphMode.None)
    .mappings([words(map)])
    .colorMode(common.BigValueColorMode.Background);
}

/** Lines over time, with a legend in a table below that names the last value. */
export function chart(look: Look) {
  return dress(new timeseries.PanelBuilder(), look)
    .legend(
      new common.VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
        .calcs(["lastNotNull"]),
    )
    .tooltip(new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi))
    .lineWidth(2)
    .fillOpacity(5)
    .showPoints(common.VisibilityMode.Never)
    .spanNulls(300_000);
}

/** Areas over time, one on top of the other. */
export function stacked(look: Look) {
  return chart(look)
    .fillOpacity(60)
    .lineWidth(0)
    .min(0)
    .stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal).group("A"));
}

/** Makes a cell with a scale's number a link to that scale's dashboard. */
export const toScale: dashboard.DynamicConfigValue = {
  id: "links",
  value: [{ title: "This scale", url: `/d/prepuff-scale?var-scale=\${__value.raw}&\${__url_time_range}` }],
};

export function list(look: Look) {
  return dress(new tablePanel.PanelBuilder(), look).cellHeight(common.TableCellHeight.Sm);
}

/** A bar for each series, from 0 to `max`. */
export function bars(look: Look, max?: number) {
  const panel = dress(new bargauge.PanelBuilder(), look)
    .orientation(common.VizOrientation.Horizontal)
    .displayMode(common.BarGaugeDisplayMode.Basic)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]))
    .min(0);
  return max === undefined ? panel : panel.max(max);
}

/** What was when: a bar over time, coloured by the state's word. */
export function timeline(look: Look, map: Parameters<typeof words>[0]) {
  return dress(new statetimeline.PanelBuilder(), look)
    .mappings([words(map)])
    .mergeValues(true)
    .showValue(common.VisibilityMode.Auto)
    .legend(
      new common.VizLegendOptionsBuilder()
        .showLegend(false)
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
        .calcs([]),
    )
    .rowHeight(0.8);
}

export function distribution(look: Look) {
  return dress(new histogram.PanelBuilder(), look);
}

/** The alerts of Prometheus that fire, the gravest first; each leads to its rule and from there to its runbook. */
export function alerts(title: string, description: string) {
  return new dashboard.PanelBuilder()
    .type("alertlist")
    .title(title)
    .description(description)
    .unit("none")
    .options({
      viewMode: "list",
      groupMode: "default",
      groupBy: [],
      maxItems: 20,
      sortOrder: 3,
      dashboardAlerts: false,
      alertName: "",
      alertInstanceLabelFilter: "",
      datasource: "Prometheus",
      showInactiveAlerts: false,
      stateFilter: {
        firing: true,
        pending: false,
        recovering: false,
        noData: false,
        normal: false,
        error: true,
      },
    });
}
