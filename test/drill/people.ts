import { type Mail, startMailSink } from "../support/mail-sink.ts";
import { until } from "../support/until.ts";
import { startWebhookSink } from "../support/webhook-sink.ts";
import { run } from "./stack.ts";

/** The longest that a critical alert takes from firing to people: `group_wait`, and some seconds. */
const toldMs = 30_000;

/** Those who are told of alerts: a webhook and a mail server of the plant's, outside the stack. */
export interface People extends AsyncDisposable {
  /** What .env says so that they are told. */
  readonly env: Readonly<Record<string, string>>;
  /** Waits until an alert that is about `summary` has come both ways. @returns its mail. */
  untilTold(alertname: string, status: "firing" | "resolved", summary: string): Promise<Mail>;
}

export async function startPeople(): Promise<People> {
  // The address by which containers reach this machine. A daemon that has just made the bridge does not say its gateway,
  // which then is the first address of the subnet.
  const format = "{{with index .IPAM.Config 0}}{{.Gateway}}|{{.Subnet}}{{end}}";
  const told = await run(["docker", "network", "inspect", "bridge", "--format", format]);
  const [gateway = "", subnet = ""] = told.trim().split("|");
  const host = gateway || subnet.replace(/\d+\/\d+$/, "1");
  const webhook = startWebhookSink(host);
  const mail = await startMailSink(host);
  return {
    env: {
      PREPUFF_PUBLIC_URL: "http://prepuff.plant.example:8080",
      PREPUFF_ALERT_WEBHOOK_URL: webhook.url,
      PREPUFF_ALERT_EMAIL_TO: "shift@plant.example,it@plant.example",
      PREPUFF_ALERT_EMAIL_FROM: "prepuff@plant.example",
      PREPUFF_ALERT_SMTP_HOST: `${host}:${mail.port}`,
      PREPUFF_ALERT_SMTP_TLS: "false",
      TZ: "America/Chicago",
    },
    async untilTold(alertname, status, summary) {
      await until(
        `the webhook is told that ${alertname} is ${status}`,
        () =>
          webhook.messages.some(({ alerts }) =>
            alerts.some((alert) => alert.status === status && alert.labels.alertname === alertname),
          ),
        toldMs,
      );
      const head = status === "firing" ? "[NOW]" : "[solved]";
      const find = () =>
        mail.messages.find(({ subject }) => subject.startsWith(head) && subject.includes(summary));
      await until(`a mail "${head} … ${summary}" arrives`, () => find() !== undefined, toldMs);
      const found = find();
      if (found === undefined) throw new Error("mails are never taken back");
      return found;
    },
    async [Symbol.asyncDispose]() {
      await webhook[Symbol.asyncDispose]();
      await mail[Symbol.asyncDispose]();
    },
  };
}
