import { expect, test } from "bun:test";
import { z } from "zod";
import type { OpenApiDocument } from "../../../src/http/openapi/openapi-document.ts";
import { operationsOf, sendExample, startExampleAppliance } from "../../support/example-appliance.ts";
import { testDatabase } from "../../support/postgres.ts";
import { tempFolder } from "../../support/temp-folder.ts";

test("every example of the document works as it is shown, against a real appliance", async () => {
  using folder = tempFolder();
  const { url } = await testDatabase({ migrated: false });
  await using started = await startExampleAppliance(folder.path, url);
  const { appliance } = started;
  // The appliance's own document.
  const document = (await (await appliance.api("/openapi/json")).json()) as OpenApiDocument;
  const $defs = document.components.schemas;
  for (const { path, method, operation } of operationsOf(document)) {
    const about = `${method.toUpperCase()} ${path}`;
    for (const { name, in: where, required, example } of operation.parameters ?? []) {
      if (required || where === "path") expect(example, `${about} ${name}`).toBeDefined();
    }
    for (const { example } of Object.values(operation.requestBody?.content ?? {})) {
      expect(example, about).toBeDefined();
    }
    const answer = await sendExample(started, { path, method, operation });
    // A sound appliance misses nothing, so there is nothing to acknowledge; and the print of today has no commands for keys.
    const wanted =
      path === "/api/ledger/acknowledge" || path === "/api/scales/{id}/keys/{key}"
        ? 409
        : Number(Object.keys(operation.responses).find((status) => status.startsWith("2")));
    const type = answer.headers.get("content-type")?.split(";")[0] ?? "";
    if (type === "text/event-stream") {
      expect(answer.status, about).toBe(wanted);
      await answer.body?.cancel();
      continue;
    }
    const text = await answer.text();
    expect(answer.status, `${about}: ${text.slice(0, 300)}`).toBe(wanted);
    const content = operation.responses["200"]?.content ?? operation.responses["201"]?.content ?? {};
    for (const [shownType, { schema, example }] of Object.entries(content)) {
      if (shownType !== "application/json" || path === "/openapi/json" || path === "/api/findings") continue;
      expect(example, `${about} shows an answer`).toBeDefined();
      const compiled = JSON.stringify({ ...schema, $defs }).replaceAll("#/components/schemas/", "#/$defs/");
      const faults = z.fromJSONSchema(JSON.parse(compiled)).safeParse(example).error?.issues;
      expect(faults, `${about} shows an answer that its schema does not have`).toBeUndefined();
      if (wanted < 300 && type === shownType) {
        expect(Object.keys(Object(example)).sort(), about).toEqual(
          Object.keys(Object(JSON.parse(text))).sort(),
        );
      }
    }
  }
}, 120_000);
