import type { OpenApiDocument, Operation } from "../../src/http/openapi/openapi-document.ts";
import { type Appliance, roleTokens, startAppliance } from "./appliance.ts";
import { startFakeUpstream } from "./fake-upstream.ts";
import { listBags, startJob, untilRecorded } from "./outside.ts";
import { connectScale } from "./scale-line.ts";
import { until } from "./until.ts";

/** A real appliance in which what the examples of the API's document name exists: bags, a job, a token, a scale. */
export async function startExampleAppliance(
  dataDir: string,
  databaseUrl: string,
): Promise<AsyncDisposable & { readonly appliance: Appliance }> {
  await using stack = new AsyncDisposableStack();
  const upstream = startFakeUpstream(() => Response.json({ success: false, error: "no" }, { status: 422 }));
  stack.defer(() => upstream.stop());
  const env = { PREPUFF_UPSTREAM_URL: upstream.url, PREPUFF_UPSTREAM_TOKEN: "token-of-the-examples" };
  const appliance = stack.use(await startAppliance({ dataDir, databaseUrl, env }));
  await appliance.ready();
  const line = stack.use(await connectScale(appliance.scalePort));
  // The first bag comes before there is a job.
  await line.send("1,50.05 lb\r\n");
  await untilRecorded(appliance, 1);
  await startJob(appliance, { company: "Shelter", target_weight: "50", quantity: 20 });
  await appliance.api("/api/products", { method: "POST", body: { name: "EPS 10", target_weight: "40" } });
  for (const company of ["Shelter", "Acme", "Nordbau"]) {
    const planned = { company, station: "Station 3", product_id: 1, quantity: 40, status: "planned" };
    await appliance.api("/api/jobs", { method: "POST", body: planned });
  }
  await line.send("1,50.10 lb\r\n1,49.85 lb\r\n1,50.20 lb\r\n1,56.00 lb\r\n7,1 stone\r\n");
  await untilRecorded(appliance, 6);
  await until("bags are held back", async () =>
    (await listBags(appliance)).every(({ delivery }) => delivery?.state === "parked"),
  );
  const body = { role: "viewer", name: "tablet of the examples" };
  await appliance.api("/api/tokens", { method: "POST", body });
  const owned = stack.move();
  return { appliance, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** The operations, what only reads first, what takes something away last. */
export function operationsOf(document: OpenApiDocument) {
  const last = /delete|complete|cancel/i;
  return Object.entries(document.paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    )
    .sort((a, b) => order(a) - order(b));

  function order({ method, operation }: { readonly method: string; readonly operation: Operation }): number {
    if (method === "get") return 0;
    return last.test(operation.operationId) ? 2 : 1;
  }
}

/** What "Try it out" sends, as the document shows it; the token in it is one that there is. */
export async function sendExample(
  appliance: Appliance,
  {
    path,
    method,
    operation,
  }: { readonly path: string; readonly method: string; readonly operation: Operation },
): Promise<Response> {
  const shown = (operation.parameters ?? []).flatMap((parameter) =>
    parameter.example === undefined ? [] : [{ ...parameter, example: String(parameter.example) }],
  );
  const target = shown
    .filter(({ in: where }) => where === "path")
    .reduce((made, { name, example }) => made.replace(`{${name}}`, encodeURIComponent(example)), path);
  const query = new URLSearchParams(
    shown.filter(({ in: where }) => where === "query").map(({ name, example }) => [name, example]),
  );
  const headers = Object.fromEntries(
    shown.filter(({ in: where }) => where === "header").map(({ name, example }) => [name, example]),
  );
  const [type = "", content] = Object.entries(operation.requestBody?.content ?? {}).at(-1) ?? [];
  const body = JSON.stringify(content?.example)?.replace("pp_the-token-of-this-browser", roleTokens.operator);
  return fetch(`${await appliance.origin()}${target}${query.size > 0 ? `?${query}` : ""}`, {
    method: method.toUpperCase(),
    headers: {
      authorization: `Bearer ${roleTokens.admin}`,
      ...headers,
      ...(body !== undefined && { "content-type": type }),
    },
    signal: AbortSignal.timeout(20_000),
    ...(body !== undefined && { body }),
  });
}
