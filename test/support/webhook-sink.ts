import { z } from "zod";

/** What Alertmanager posts to a webhook (version 4), as far as somebody behind it reads it. */
const messageShape = z.object({
  version: z.literal("4"),
  status: z.enum(["firing", "resolved"]),
  groupLabels: z.record(z.string(), z.string()),
  alerts: z.array(
    z.object({
      status: z.enum(["firing", "resolved"]),
      labels: z.looseObject({ alertname: z.string(), severity: z.string() }),
      annotations: z.object({ summary: z.string(), description: z.string(), runbook_url: z.string() }),
    }),
  ),
});
export type WebhookMessage = z.output<typeof messageShape>;

/** A webhook that takes what Alertmanager posts, and keeps it; anything else is answered with 422. */
export interface WebhookSink extends AsyncDisposable {
  readonly url: string;
  readonly messages: readonly WebhookMessage[];
}

export function startWebhookSink(hostname = "127.0.0.1"): WebhookSink {
  const messages: WebhookMessage[] = [];
  const server = Bun.serve({
    hostname,
    port: 0,
    async fetch(request) {
      const { success, data } = messageShape.safeParse(await request.json());
      if (!success) return new Response(null, { status: 422 });
      messages.push(data);
      return new Response();
    },
  });
  return {
    url: new URL("/alerts", server.url).href,
    messages,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
