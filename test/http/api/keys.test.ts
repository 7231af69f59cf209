import { expect, test } from "bun:test";
import { z } from "zod";
import { sourceSchema } from "../../../src/config/sources/source.ts";
import { startIndicator } from "../../support/fake-indicator.ts";
import { json, testApp, tokens } from "../../support/http.ts";
import { listening, stopListening } from "../../support/listening.ts";
import { until } from "../../support/until.ts";

const auditList = z.object({
  items: z.array(z.object({ action: z.string(), subject: z.string(), detail: z.unknown() })),
});

test("a key is pressed on the indicator, its answer is told, and it is in the trail", async () => {
  await using indicator = await startIndicator((command, send) => {
    if (command === "\nZ\r") send("\nZ1G       0.000kg \r");
    if (command === "\nT\r") send("\n#\x01\r");
  });
  const connection = { kind: "connect", host: "127.0.0.1", port: indicator.port };
  const source = sourceSchema.parse({ name: "Indicator", connection, dialect: "sma", scale: 7 });
  const side = listening({}, undefined, { sources: [source] });
  try {
    const app = await testApp({ keys: side.listener.keys });
    const press = (key: string, token?: string) =>
      app.request("POST", `/api/scales/7/keys/${key}`, token === undefined ? {} : { token });
    expect((await press("zero")).status).toBe(409);
    await until("it is connected", () => indicator.connections() === 1);
    await until("its print came", () => {
      indicator.send("\n 1G       5.025kg \r");
      return side.entries.length > 0;
    });
    const zero = await press("zero", tokens.operator);
    expect(await zero.json()).toEqual({ key: "zero", answer: "Z1G       0.000kg ", understood: true });
    expect(await (await press("tare")).json()).toEqual({ key: "tare", answer: "#\\x01", understood: false });
    expect(indicator.asked()).toBe("\nZ\r\nT\r");
    expect((await press("zero", tokens.viewer)).status).toBe(403);
    expect((await press("fire")).status).toBe(422);
    const audit = await json(await app.request("GET", "/api/audit"), auditList);
    expect(
      audit.items.map(({ action, subject, detail }: Record<string, unknown>) => ({
        action,
        subject,
        detail,
      })),
    ).toEqual([
      { action: "scale.key", subject: "scale:7", detail: { key: "tare" } },
      { action: "scale.key", subject: "scale:7", detail: { key: "zero" } },
    ]);
  } finally {
    await stopListening();
  }
});
