import type { ComponentChildren } from "preact";
import type { JobStatus } from "../../records/jobs/job-status.ts";
import type { Verdict } from "../../weighing/verdict.ts";
import { now } from "../shared/clock.ts";
import { formatAge, formatDateTime, formatMoment } from "../shared/format.ts";
import { ProgressBar } from "../shared/progress-bar.tsx";
import { Shape } from "../station/shape.tsx";
import { word } from "./words.ts";

/** A cell of a table; on a phone, where a row is a card, its label stands above it. */
export function Cell(props: {
  readonly label: string;
  readonly class?: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <td data-label={props.label} class={props.class}>
      {props.children}
    </td>
  );
}

/** One fact with its name. */
export function Fact(props: {
  readonly name: string;
  readonly hint?: string;
  /** One of the few that are looked for first: large. */
  readonly isHeadline?: boolean;
  readonly children: ComponentChildren;
  readonly note?: ComponentChildren;
}) {
  return (
    <div class={props.isHeadline ? "fact fact-headline" : "fact"}>
      <dt title={props.hint}>{props.name}</dt>
      <dd>
        <span class="fact-value">{props.children}</span>
        {props.note && <span class="fact-note">{props.note}</span>}
      </dd>
    </div>
  );
}

/** A verdict by color, shape and word. */
export function VerdictMark(props: { readonly verdict: Verdict; readonly isVoided?: boolean }) {
  const { verdict, isVoided = false } = props;
  return (
    <span class={`mark mark-${verdict}${isVoided ? " mark-voided" : ""}`}>
      <Shape verdict={isVoided ? "void" : verdict === "no_job" ? "noJob" : verdict} />
      {word(verdict)}
    </span>
  );
}

/** How a job is doing. */
export function StatusMark(props: { readonly status: JobStatus }) {
  return <span class={`status status-${props.status}`}>{word(props.status)}</span>;
}

/** How far a job is. */
export function Progress(props: { readonly done: number; readonly of: number; readonly text: string }) {
  return (
    <span class="job-progress">
      <ProgressBar {...props} />
      <span class="progress-text">{props.text}</span>
    </span>
  );
}

/** A moment; its tooltip has the whole date. */
export function Moment(props: { readonly at: string }) {
  return (
    <time dateTime={props.at} title={formatDateTime(props.at)}>
      {formatMoment(props.at, now.value)}
    </time>
  );
}

/** How long ago. Moves on by itself. */
export function Ago(props: { readonly at: string }) {
  return (
    <time dateTime={props.at} title={formatDateTime(props.at)}>
      {word("ago", { age: formatAge(now.value - Date.parse(props.at)) })}
    </time>
  );
}
