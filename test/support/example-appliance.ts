import type { OpenApiDocument, Operation } from "../../src/http/openapi/openapi-document.ts";
import { exampleCheck } from "../../src/http/openapi/openapi-requests.ts";
import { askedCheckSchema } from "../../src/records/scale-checks/asked.ts";
import { type Appliance, roleTokens, startAppliance } from "./appliance.ts";
import { startFakeUpstream } from "./fake-upstream.ts";
import { answered, listBags, startJob, untilRecorded } from "./outside.ts";
import { pairingCode } from "./pairing.ts";
import { connectScale } from "./scale-line.ts";
import { cookieOf } from "./session.ts";
import { until } from "./until.ts";

interface ExampleAppliance extends AsyncDisposable {
  readonly appliance: Appliance;
  /** A code for a device, that was not used yet. */
  readonly code: string;
  /** A check of scale 1 that was made. */
  readonly check: string;
  /** The cookie of a paired device, whose station asks who acts. */
  readonly deviceCookie: string;
  /** The same, where a person entered their PIN. */
  readonly personCookie: string;
}

/** A real appliance in which what the examples of the API's document name exists: bags, a job, a token, a scale. */
export async function startExampleAppliance(dataDir: string, databaseUrl: string): Promise<ExampleAppliance> {
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
  const check = await madeCheck(appliance, () => line.send("1,50.02 lb\r\n"));
  await weighHeavy(appliance);
  const body = { role: "viewer", name: "tablet of the examples" };
  await appliance.api("/api/tokens", { method: "POST", body });
  await appliance.api("/api/persons", { method: "POST", body: { name: "Bea", pin: "4711" } });
  const person_asked = "each_shift";
  await appliance.api("/api/stations/Station%201/person", { method: "PUT", body: { person_asked } });
  const code = await pairingCode(appliance, { name: "tablet of line 1", station: "Station 1" });
  const paired = await appliance.api("/api/session/device", { method: "POST", token: null, body: { code } });
  const deviceCookie = cookieOf(paired);
  const personCookie = await releasedJob(appliance, deviceCookie);
  const another = await pairingCode(appliance, { name: "tablet of line 4", station: "Station 4" });
  const owned = stack.move();
  return {
    appliance,
    check,
    code: another,
    deviceCookie,
    personCookie,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Checks scale 1, which failed nothing, with a weight of 50 lb. */
async function madeCheck(appliance: Appliance, print: () => Promise<void>): Promise<string> {
  const checking = { division: "0.02", class: "hb44-iii", weights: [{ name: "50 lb", weight: "50" }] };
  await appliance.api("/api/scales/1/checking", { method: "PUT", body: checking });
  const asked = await answered(
    appliance.api("/api/scales/1/checks", { method: "POST", body: {} }),
    askedCheckSchema,
  );
  await print();
  await untilRecorded(appliance, 7);
  return asked.uid;
}

/** Bags on Station 5 that are all heavier than their target: a signal, and advice. */
async function weighHeavy(appliance: Appliance): Promise<void> {
  await startJob(appliance, { company: "Acme", station: "Station 5", target_weight: "40", quantity: 50 });
  for (let bag = 0; bag < 20; bag++) {
    const body = { weight: `40.${bag % 2}5`, unit: "lb", scale: 5, station: "Station 5" };
    await appliance.api("/api/prepuff/scan_bag", { method: "POST", body });
  }
  await until("there is advice", async () => {
    const answer = await (await appliance.api("/api/quality/advice")).text();
    return answer.includes("correction");
  });
}

/** Job 6, that is complete and reviewed by a person. @returns the cookie by which they act on a device. */
async function releasedJob(appliance: Appliance, deviceCookie: string): Promise<string> {
  await startJob(appliance, { company: "Nordbau", station: "Station 6", target_weight: "40", quantity: 2 });
  for (const weight of ["40.05", "39.95"]) {
    const body = { weight, unit: "lb", scale: 6, station: "Station 6" };
    await appliance.api("/api/prepuff/scan_bag", { method: "POST", body });
  }
  const asDevice = (cookie: string, path: string, body: object) =>
    appliance.api(path, {
      method: "POST",
      token: null,
      headers: { cookie, "sec-fetch-site": "same-origin" },
      body,
    });
  const entered = await asDevice(deviceCookie, "/api/session/person", { person: 1, pin: "4711" });
  const cookie = `${deviceCookie}; ${cookieOf(entered)}`;
  await asDevice(cookie, "/api/jobs/6/releases", { meaning: "reviewed" });
  return cookie;
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
  { appliance, check, code, deviceCookie, personCookie }: ExampleAppliance,
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
    .reduce((made, { name, example }) => made.replace(`{${name}}`, encodeURIComponent(example)), path)
    .replace(exampleCheck, check);
  const query = new URLSearchParams(
    shown.filter(({ in: where }) => where === "query").map(({ name, example }) => [name, example]),
  );
  const headers = Object.fromEntries(
    shown.filter(({ in: where }) => where === "header").map(({ name, example }) => [name, example]),
  );
  const [type = "", content] = Object.entries(operation.requestBody?.content ?? {}).at(-1) ?? [];
  const body = JSON.stringify(content?.example)
    ?.replace("pp_the-token-of-this-browser", roleTokens.operator)
    .replace("7KQ2-M9XD", code);
  const isOfPerson = path === "/api/jobs/{id}/releases" && method === "post";
  const isOfDevice = path === "/api/session/person" || isOfPerson;
  return fetch(`${await appliance.origin()}${target}${query.size > 0 ? `?${query}` : ""}`, {
    method: method.toUpperCase(),
    headers: {
      ...(isOfDevice
        ? { cookie: isOfPerson ? personCookie : deviceCookie, "sec-fetch-site": "same-origin" }
        : { authorization: `Bearer ${roleTokens.admin}` }),
      ...headers,
      ...(body !== undefined && { "content-type": type }),
    },
    signal: AbortSignal.timeout(20_000),
    ...(body !== undefined && { body }),
  });
}
