import type { z } from "zod";

/** The running appliance, as its configuration says where it is and who may ask. */
export interface ApplianceApi {
  /** The answer, whatever its status. @throws where nothing answers within 10 s. */
  ask(path: string): Promise<{ readonly status: number; readonly body: string }>;
  /** A 2xx answer's JSON. @throws in plain words where it is another one. */
  get<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>>;
}

/** A 2xx answer's JSON. @throws in plain words where it is another one. */
export function answeredJson<S extends z.ZodType>(
  path: string,
  { status, body }: { readonly status: number; readonly body: string },
  schema: S,
): z.output<S> {
  if (status < 200 || status > 299) {
    throw new Error(`the appliance answered ${status} to ${path.split("?")[0]}: ${body.slice(0, 200)}`);
  }
  return schema.parse(JSON.parse(body));
}

/** One sample of /metrics; undefined where there is none. */
export function sampleOf(metrics: string, name: string): number | undefined {
  const line = metrics.split("\n").find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}

/** All samples of one metric: the labels as they are printed, and the value. */
export function samplesOf(metrics: string, name: string): { labels: string; value: number }[] {
  return metrics.split("\n").flatMap((line) => {
    if (!line.startsWith(`${name}{`)) return [];
    const end = line.lastIndexOf("} ");
    return [{ labels: line.slice(name.length + 1, end), value: Number(line.slice(end + 2)) }];
  });
}
