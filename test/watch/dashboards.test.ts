import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { YAML } from "bun";
import { z } from "zod";
import { dashboardFiles } from "../../grafana/dashboards.ts";
import { type DashboardFile, dashboardFolder, readDashboards, shownPanels } from "./dashboard-files.ts";

let dashboards: DashboardFile[];
beforeAll(async () => {
  dashboards = await readDashboards();
});

function eachPanel(check: (panel: ReturnType<typeof shownPanels>[number], name: string) => void): void {
  for (const dashboard of dashboards) {
    for (const panel of shownPanels(dashboard)) check(panel, `${dashboard.title}: ${panel.title}`);
  }
}

test("the dashboards are what their source makes; otherwise: bun run dashboards", async () => {
  const made = dashboardFiles();
  expect(made.length).toBe(dashboards.length);
  for (const { path, text } of made) expect(await Bun.file(path).text(), path).toBe(text);
});

describe("every panel", () => {
  test("has a title, a description that says what is good or bad, and a unit", () => {
    let panels = 0;
    eachPanel(({ title, description, fieldConfig }, name) => {
      panels++;
      expect(title.length, name).toBeGreaterThan(2);
      expect(description?.length ?? 0, name).toBeGreaterThan(10);
      expect(description, name).toMatch(/[.“”]$/);
      expect(fieldConfig?.defaults.unit, name).toBeTruthy();
    });
    expect(panels).toBeGreaterThan(40);
  });

  test("asks one of the provisioned data sources, and each question has its own letter", async () => {
    const file = join(dashboardFolder, "../provisioning/datasources/prepuff.yaml");
    const provisioned = z
      .object({ datasources: z.array(z.looseObject({ uid: z.string(), type: z.string() })) })
      .loose()
      .parse(YAML.parse(await Bun.file(file).text()));
    const known = provisioned.datasources.map(({ uid, type }) => ({ uid, type }));
    eachPanel(({ type, datasource, targets = [] }, name) => {
      if (type === "alertlist") return;
      if (datasource === undefined) throw new Error(`${name} has no data source`);
      expect(targets.length, name).toBeGreaterThan(0);
      expect(known, name).toContainEqual(datasource);
      for (const target of targets) expect<unknown>(target.datasource, name).toEqual(datasource);
      expect(new Set(targets.map(({ refId }) => refId)).size, name).toBe(targets.length);
    });
  });

  test("takes rates over $__rate_interval, or over the whole time shown", () => {
    eachPanel(({ targets = [] }, name) => {
      for (const target of targets) {
        if (!("expr" in target)) continue;
        for (const [, window = ""] of target.expr.matchAll(/\[([^\]]+)\]/g)) {
          expect(["$__rate_interval", "$__range"], name).toContain(window);
        }
      }
    });
  });

  test("asks Postgres only for the time shown, for what is open now, or for a row a journal", () => {
    const bounded =
      /\$__timeFilter|status = 'active'|state in \('pending', 'parked'\)|from journal|pg_database_size/;
    eachPanel(({ targets = [] }, name) => {
      for (const target of targets) if ("rawSql" in target) expect(target.rawSql, name).toMatch(bounded);
    });
  });

  test("has few enough columns for a phone", () => {
    eachPanel(({ targets = [], type }, name) => {
      if (type !== "table") return;
      for (const target of targets) {
        if ("rawSql" in target)
          expect(target.rawSql.match(/ as "/g)?.length ?? 0, name).toBeLessThanOrEqual(6);
      }
    });
  });
});

describe("every dashboard", () => {
  test("fills the width, leaves no hole, and lays nothing over another", () => {
    for (const { title, panels } of dashboards) {
      const ids = new Set(panels.map(({ id }) => id));
      expect(ids.size, title).toBe(panels.length);
      const rows = Map.groupBy(panels, ({ gridPos }) => gridPos.y);
      let y = 0;
      for (const [top, row] of [...rows].sort(([a], [b]) => a - b)) {
        expect(top, title).toBe(y);
        let x = 0;
        for (const { gridPos, title: panelTitle } of row) {
          expect(gridPos.x, panelTitle).toBe(x);
          expect(gridPos.h, panelTitle).toBe(row[0]?.gridPos.h ?? 0);
          expect(gridPos.w, panelTitle).toBeGreaterThanOrEqual(3);
          x += gridPos.w;
        }
        expect(x, `${title}, at ${top}`).toBe(24);
        y += row[0]?.gridPos.h ?? 0;
      }
    }
  });

  test("links to both others with its variables and its time", () => {
    for (const { uid, links } of dashboards) {
      const others = dashboards.filter((each) => each.uid !== uid).map((each) => `/d/${each.uid}`);
      expect(links.map(({ url }) => url).sort()).toEqual(others.sort());
      for (const link of links) expect(link).toMatchObject({ includeVars: true, keepTime: true });
      for (const link of links) expect(link, "in sight, not in a menu").not.toHaveProperty("placement");
    }
  });

  test("leads only to dashboards that there are", () => {
    const uids = dashboards.map(({ uid }) => uid);
    for (const { text } of dashboards) {
      for (const [, uid] of text.matchAll(/"\/d\/([\w-]+)/g)) expect(uids).toContain(uid ?? "");
    }
  });

  test("uses each of its variables, and no other", () => {
    for (const { title, text, templating } of dashboards) {
      const declared = templating.list.map(({ name }) => name).sort();
      const used = [...text.matchAll(/\$(?!_)(\w+)/g)].map(([, name = ""]) => name);
      expect([...new Set(used)].sort(), title).toEqual(declared);
    }
  });

  test("has its station, the one of a scale its scale, and the one of deliveries its destination", () => {
    const names = dashboards.map(({ title, templating }) => [
      title,
      ...templating.list.map(({ name }) => name),
    ]);
    expect(names).toEqual([
      ["Delivery and health", "station", "destination"],
      ["Plant", "station"],
      ["Scale", "station", "scale"],
    ]);
  });
});
