import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";

export const dashboardFolder = resolve(import.meta.dir, "../../grafana/dashboards");

const source = z.object({ type: z.string(), uid: z.string() });
const promTarget = z.object({
  refId: z.string(),
  datasource: source.extend({ type: z.literal("prometheus") }),
  expr: z.string(),
  instant: z.boolean().optional(),
  range: z.boolean().optional(),
});
const sqlTarget = z.object({
  refId: z.string(),
  datasource: source.extend({ type: z.literal("grafana-postgresql-datasource") }),
  rawSql: z.string(),
  format: z.enum(["table", "time_series"]),
});
const panel = z.looseObject({
  id: z.number(),
  type: z.string(),
  title: z.string(),
  description: z.string().optional(),
  datasource: source.optional(),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z.array(z.union([promTarget, sqlTarget])).optional(),
  fieldConfig: z
    .looseObject({
      defaults: z.looseObject({ unit: z.string().optional(), noValue: z.string().optional() }),
    })
    .optional(),
});
const dashboard = z.looseObject({
  uid: z.string(),
  title: z.string(),
  links: z.array(z.looseObject({ title: z.string(), url: z.string() })),
  templating: z.object({
    list: z.array(
      z.looseObject({
        name: z.string(),
        multi: z.boolean().optional(),
        datasource: source,
        query: z.object({ query: z.string() }).loose(),
      }),
    ),
  }),
  panels: z.array(panel),
});

export type Panel = z.output<typeof panel>;
export type PromTarget = z.output<typeof promTarget>;
export type SqlTarget = z.output<typeof sqlTarget>;
export type DashboardFile = z.output<typeof dashboard> & { readonly text: string };

/** The dashboards as Grafana reads them. */
export async function readDashboards(): Promise<DashboardFile[]> {
  const names = readdirSync(dashboardFolder).filter((name) => name.endsWith(".json"));
  return Promise.all(
    names.sort().map(async (name) => {
      const text = await Bun.file(join(dashboardFolder, name)).text();
      return { ...dashboard.parse(JSON.parse(text)), text };
    }),
  );
}

/** Those that show something: no headings. */
export function shownPanels({ panels }: DashboardFile): Panel[] {
  return panels.filter(({ type }) => type !== "row");
}
