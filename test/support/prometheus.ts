import { join, resolve } from "node:path";
import { z } from "zod";
import { freePort } from "./free-port.ts";
import { until } from "./until.ts";

const folder = resolve(import.meta.dir, "../../deploy/prometheus");

const sample = z.tuple([z.number(), z.string()]);
const answer = z.object({
  status: z.string(),
  error: z.string().optional(),
  data: z
    .looseObject({
      result: z
        .array(
          z.object({
            metric: z.record(z.string(), z.string()),
            value: sample.optional(),
            values: z.array(sample).optional(),
          }),
        )
        .optional(),
    })
    .optional(),
});
const ruleList = z.object({
  data: z.object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.looseObject({
            name: z.string(),
            type: z.enum(["alerting", "recording"]),
            health: z.string(),
            lastError: z.string().optional(),
            state: z.string().optional(),
          }),
        ),
      }),
    ),
  }),
});

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Without those that are no number. */
  readonly values: readonly number[];
}

export interface Prometheus extends AsyncDisposable {
  /** @throws with Prometheus's words where it cannot be asked so. */
  query(expr: string): Promise<Series[]>;
  /** Over the seconds before now, a value a second. */
  queryRange(expr: string, seconds: number): Promise<Series[]>;
  rules(): Promise<z.output<typeof ruleList>["data"]["groups"][number]["rules"]>;
}

export interface PrometheusOptions {
  readonly program: string;
  /** Its data and the configuration that is made for it. */
  readonly dataDir: string;
  /** Where each target of `prometheus.yml` is here: `prepuff:8080` → `127.0.0.1:40001`. */
  readonly targets: Readonly<Record<string, string>>;
  /** Changes the text of each rule file. */
  readonly rules?: (text: string) => string;
}

/** Starts a real Prometheus with the plant's own configuration and rules; it scrapes and evaluates every second. */
export async function startPrometheus(options: PrometheusOptions): Promise<Prometheus> {
  const { program, dataDir, targets, rules = (text) => text } = options;
  const port = freePort();
  let config = (await Bun.file(join(folder, "prometheus.yml")).text()).replace(
    /(scrape_interval|scrape_timeout|evaluation_interval): \w+/g,
    "$1: 1s",
  );
  for (const [from, to] of Object.entries({ "localhost:9090": `127.0.0.1:${port}`, ...targets })) {
    config = config.replaceAll(`[${from}]`, `["${to}"]`);
  }
  await Bun.write(join(dataDir, "prometheus.yml"), config);
  for await (const name of new Bun.Glob("*.yml").scan(join(folder, "rules"))) {
    await Bun.write(join(dataDir, "rules", name), rules(await Bun.file(join(folder, "rules", name)).text()));
  }
  const log = join(dataDir, "prometheus.log");
  const child = Bun.spawn(
    [
      program,
      `--config.file=${join(dataDir, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(dataDir, "tsdb")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--enable-feature=expand-external-labels",
    ],
    {
      env: { PATH: process.env.PATH, PREPUFF_PUBLIC_URL: "http://plant:8080" },
      stdout: "ignore",
      stderr: Bun.file(log),
    },
  );
  const base = `http://127.0.0.1:${port}`;
  async function stop(): Promise<void> {
    child.kill("SIGKILL");
    await child.exited;
  }
  try {
    await until("Prometheus is ready", async () => {
      if (child.exitCode !== null) throw new Error(`Prometheus ended:\n${await Bun.file(log).text()}`);
      return (await fetch(`${base}/-/ready`).catch(() => null))?.ok === true;
    });
  } catch (error) {
    await stop();
    throw error;
  }

  async function ask(path: string, params: Record<string, string>): Promise<Series[]> {
    const response = await fetch(`${base}/api/v1/${path}?${new URLSearchParams(params)}`);
    const { status, error, data } = answer.parse(await response.json());
    if (status !== "success") throw new Error(`${error}: ${params.query}`);
    return (data?.result ?? []).map(({ metric, value, values = [] }) => ({
      labels: metric,
      values: [...(value ? [value] : []), ...values].map(([, text]) => Number(text)).filter(Number.isFinite),
    }));
  }

  return {
    query: (query) => ask("query", { query }),
    queryRange(query, seconds) {
      const end = Date.now() / 1000;
      return ask("query_range", { query, start: String(end - seconds), end: String(end), step: "1" });
    },
    async rules() {
      const response = await fetch(`${base}/api/v1/rules`);
      return ruleList.parse(await response.json()).data.groups.flatMap((group) => group.rules);
    },
    [Symbol.asyncDispose]: stop,
  };
}
