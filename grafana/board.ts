import type * as cog from "@grafana/grafana-foundation-sdk/cog";
import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import { prometheus } from "./queries.ts";

type Panel = cog.Builder<dashboard.Panel>;

/** Panels beside each other, each with its width of Grafana's 24 columns. On a phone they stand below each other. */
export interface Row {
  readonly heading?: string;
  /** In units of 30 pixels. */
  readonly height: number;
  readonly panels: readonly (readonly [panel: Panel, width: number])[];
}

export interface Board {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly from: string;
  readonly variables: readonly cog.Builder<dashboard.VariableModel>[];
  readonly rows: readonly Row[];
}

/** The dashboards, in the order in which each links to the others. */
const boards = [
  { uid: "prepuff-plant", title: "Plant" },
  { uid: "prepuff-scale", title: "Scale" },
  { uid: "prepuff-delivery", title: "Delivery and health" },
] as const;

/** The stations that any metric names; all of them unless some are chosen. */
export function stationVariable() {
  return promVariable(
    "station",
    "Station",
    'label_values({__name__=~"prepuff_scale_info|prepuff_bags_total|prepuff_job_bags_target"}, station)',
  )
    .multi(true)
    .includeAll(true)
    .current({ text: "All", value: "$__all" });
}

/** Where bags are delivered to; all of them unless some are chosen. */
export function destinationVariable() {
  return promVariable("destination", "Destination", "label_values(prepuff_deliveries, destination)")
    .multi(true)
    .includeAll(true)
    .current({ text: "All", value: "$__all" });
}

/** One scale of the chosen stations. */
export function scaleVariable() {
  return promVariable("scale", "Scale", 'label_values(prepuff_scale_info{station=~"$station"}, scale)')
    .sort(dashboard.VariableSort.NumericalAsc)
    .multi(false)
    .includeAll(false);
}

function promVariable(name: string, label: string, query: string) {
  return new dashboard.QueryVariableBuilder(name)
    .label(label)
    .datasource(prometheus)
    .query({ qryType: 1, query, refId: `variable-${name}` })
    .definition(query)
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .sort(dashboard.VariableSort.NaturalAsc);
}

export function buildBoard(board: Board): dashboard.Dashboard {
  const builder = new dashboard.DashboardBuilder(board.title)
    .uid(board.uid)
    .description(board.description)
    .tags(["prepuff"])
    .timezone("browser")
    .refresh("30s")
    .time({ from: board.from, to: "now" })
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .readonly()
    .variables([...board.variables])
    .links(
      boards
        .filter(({ uid }) => uid !== board.uid)
        .map(({ uid, title }) =>
          new dashboard.DashboardLinkBuilder(title)
            .type(dashboard.DashboardLinkType.Link)
            .url(`/d/${uid}`)
            .icon("dashboard")
            .tooltip(title)
            .includeVars(true)
            .keepTime(true),
        ),
    );
  const built = builder.build();
  // The SDK's default hides them in a menu.
  for (const link of built.links ?? []) delete link.placement;
  built.panels = place(board.rows);
  return built;
}

function place(rows: readonly Row[]): (dashboard.Panel | dashboard.RowPanel)[] {
  const placed: (dashboard.Panel | dashboard.RowPanel)[] = [];
  let y = 0;
  for (const { heading, height, panels } of rows) {
    if (heading !== undefined) {
      const row = new dashboard.RowBuilder(heading).build();
      placed.push({ ...row, id: placed.length + 1, gridPos: { x: 0, y, w: 24, h: 1 } });
      y += 1;
    }
    let x = 0;
    for (const [panel, w] of panels) {
      placed.push({ ...panel.build(), id: placed.length + 1, gridPos: { x, y, w, h: height } });
      x += w;
    }
    y += height;
  }
  return placed;
}
