import { isIP } from "node:net";
import { type Role, roles } from "./config.ts";
import type { Fault } from "./fault.ts";
import type { Name } from "./variables.ts";

/**
 * What a variable is set to in the end, and what has to change to change it. Unset: null. Set but not readable (a fault
 * already): an empty text, which no rule refuses.
 */
export type Effective = (name: Name) => { readonly text: string | null; readonly subject: string };

/** The variable that holds each role's token. */
export const tokenName = {
  admin: "PREPUFF_ADMIN_TOKEN",
  operator: "PREPUFF_OPERATOR_TOKEN",
  viewer: "PREPUFF_VIEWER_TOKEN",
  ingest: "PREPUFF_INGEST_TOKEN",
  metrics: "PREPUFF_METRICS_TOKEN",
} satisfies Record<Role, Name>;

/**
 * The rules between variables. They read texts, not checked values, so that they are applied also where another
 * variable is wrong: all faults are told at once.
 */
export function ruleFaults(effective: Effective): Fault[] {
  return [
    ...sharedTokens(effective),
    ...tokenWithoutUrl(effective),
    ...jobsWithoutUrl(effective),
    ...everyScaleRejected(effective),
    ...samePort(effective),
  ];
}

/** Allowed, but probably not meant. */
export function ruleWarnings(effective: Effective): string[] {
  return [...urlWithoutToken(effective), ...mailWithoutSender(effective)];
}

function urlWithoutToken(effective: Effective): string[] {
  const url = effective("PREPUFF_UPSTREAM_URL");
  if (url.text === null || effective("PREPUFF_UPSTREAM_TOKEN").text !== null) return [];
  return [
    `${url.subject}: bags are forwarded without a token. Set PREPUFF_UPSTREAM_TOKEN if the API wants one`,
  ];
}

/** One token for two roles would give the holder of the lesser role the greater one. */
function sharedTokens(effective: Effective): Fault[] {
  const bySecret = new Map<string, string[]>();
  for (const role of roles) {
    const { text, subject } = effective(tokenName[role]);
    if (text !== null && text !== "") bySecret.set(text, [...(bySecret.get(text) ?? []), subject]);
  }
  return [...bySecret.values()]
    .filter((subjects) => subjects.length > 1)
    .map((subjects) => ({
      subject: subjects.join(" and "),
      problem: "the same token, expected a different one for each role",
      hint: "Make one with: openssl rand -base64 32",
    }));
}

function tokenWithoutUrl(effective: Effective): Fault[] {
  const token = effective("PREPUFF_UPSTREAM_TOKEN");
  if (!token.text || effective("PREPUFF_UPSTREAM_URL").text !== null) return [];
  return [
    {
      subject: token.subject,
      problem: "a token without a URL, expected PREPUFF_UPSTREAM_URL too",
      hint: "Example: PREPUFF_UPSTREAM_URL=https://app.example.com/api/prepuff/scan_bag",
    },
  ];
}

function jobsWithoutUrl(effective: Effective): Fault[] {
  const jobs = effective("PREPUFF_JOBS");
  if (jobs.text?.toLowerCase() !== "upstream" || effective("PREPUFF_UPSTREAM_URL").text !== null) return [];
  return [
    {
      subject: jobs.subject,
      problem: 'got "upstream" without a web application, expected PREPUFF_UPSTREAM_URL too',
      hint: "Example: PREPUFF_UPSTREAM_URL=https://app.example.com/api/prepuff/scan_bag",
    },
  ];
}

function everyScaleRejected(effective: Effective): Fault[] {
  const unknown = effective("PREPUFF_UNKNOWN_SCALES");
  if (unknown.text?.toLowerCase() !== "reject" || effective("PREPUFF_STATIONS").text !== null) return [];
  return [
    {
      subject: unknown.subject,
      problem: 'got "reject" without PREPUFF_STATIONS, which would reject every scale',
      hint: "Example: PREPUFF_STATIONS=1:Station 1,2:Station 2",
    },
  ];
}

function mailWithoutSender(effective: Effective): string[] {
  const host = effective("PREPUFF_ALERT_SMTP_HOST");
  if (host.text === null || effective("PREPUFF_ALERT_EMAIL_FROM").text !== null) return [];
  return [`${host.subject}: no report is sent by mail without a sender. Set PREPUFF_ALERT_EMAIL_FROM too`];
}

function samePort(effective: Effective): Fault[] {
  const scale = effective("PREPUFF_SCALE_PORT");
  const http = effective("PREPUFF_HTTP_PORT");
  const port = Number(scale.text);
  if (port === 0 || port !== Number(http.text)) return [];
  const hosts = [effective("PREPUFF_SCALE_HOST").text ?? "", effective("PREPUFF_HTTP_HOST").text ?? ""];
  const isApart =
    hosts[0] !== hosts[1] && hosts.every((host) => isIP(host) !== 0 && !/^(0\.0\.0\.0|::)$/.test(host));
  if (isApart) return [];
  return [
    {
      subject: `${scale.subject} and ${http.subject}`,
      problem: `both are ${port}, expected two different ports`,
      hint: "Example: PREPUFF_HTTP_PORT=8080",
    },
  ];
}
