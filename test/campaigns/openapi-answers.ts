/**
 * Sends the examples of the API's document to a real appliance and keeps what it answers as the examples of its answers.
 *
 *   bun test/campaigns/openapi-answers.ts
 */
import { resolve } from "node:path";
import { z } from "zod";
import type { OpenApiDocument } from "../../src/http/openapi/openapi-document.ts";
import { operationsOf, sendExample, startExampleAppliance } from "../support/example-appliance.ts";
import { startSystemPostgres } from "../support/system-postgres.ts";
import { tempFolder } from "../support/temp-folder.ts";

const file = resolve(import.meta.dir, "../../src/http/openapi/openapi-answers.json");
const list = z.looseObject({ items: z.array(z.unknown()) });

using folder = tempFolder();
await using postgres = await startSystemPostgres();
await using started = await startExampleAppliance(folder.path, postgres.url);
const { appliance } = started;
// The appliance's own document.
const document = (await (await appliance.api("/openapi/json")).json()) as OpenApiDocument;
const answers: Record<string, unknown> = {};
for (const sent of operationsOf(document)) {
  const answer = await sendExample(started, sent);
  const isShown = answer.ok && answer.headers.get("content-type")?.startsWith("application/json");
  // What is found wrong is of the machine that it ran on.
  if (!isShown || sent.path === "/openapi/json" || sent.path === "/api/findings") {
    await answer.body?.cancel();
    continue;
  }
  const value: unknown = await answer.json();
  const long = list.safeParse(value).data;
  answers[`${sent.method.toUpperCase()} ${sent.path}`] =
    long === undefined ? value : { ...long, items: long.items.slice(0, 1) };
}
answers["POST /api/ledger/acknowledge"] = answers["GET /api/ledger"];
const text = JSON.stringify(answers, null, 2)
  .replaceAll("127.0.0.1", "10.20.0.31")
  .replace(/"pp_[\w-]+"/, '"pp_the-token-of-this-tablet"')
  .replace(/"code": "[0-9A-Z]{8}"/, '"code": "7KQ2M9XD"');
await Bun.write(file, `${text}\n`);
process.exit(0);
