import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { TrialResult } from "../../../http/api/trial.ts";
import { ApiProblem, api } from "../../shared/api.ts";
import { useLoaded } from "../loaded.ts";
import { useEvery } from "../soon.ts";
import { ReadPrints } from "./read-prints.tsx";
import { bodyOf, type SourceForm } from "./source-form.ts";
import { say } from "./texts.ts";

const askEveryMs = 2_000;
/** A pause in typing. */
const pauseMs = 250;

/** What came in last, as it would be read with what stands in the dialog; it follows what is typed and what comes. */
export function Trial(props: {
  /** The name of the source; null: a new one. */
  readonly source: string | null;
  readonly form: SourceForm;
  readonly asks: readonly string[];
}) {
  const { source, form, asks } = props;
  const wanted = JSON.stringify(trialOf(source, form, asks));
  const settled = useSignal(wanted);
  useEffect(() => {
    const timer = setTimeout(() => {
      settled.value = wanted;
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [wanted, settled]);
  const trial = useLoaded(settled.value, () => tried(settled.value));
  useEvery(trial.reload, askEveryMs);
  const result = trial.value.value;
  if (result === null) return null;
  if (result.fault !== null) return <Misunderstood format={form.of("format").value} fault={result.fault} />;
  const known = result.connections.filter(({ prints }) => prints.length > 0);
  const [first] = result.connections;
  return (
    <section class="callout" aria-labelledby="trial">
      <h3 id="trial">{say("trial")}</h3>
      {known.length === 0 && (
        <p class="quiet">
          {first === undefined ? say("trialNone") : say("trialWaiting", { address: first.remote_address })}
        </p>
      )}
      {known.map(({ connection, prints }) => (
        <ReadPrints key={connection} prints={prints} />
      ))}
    </section>
  );
}

/** The format with the token that is not understood marked, and what is known instead. */
function Misunderstood(props: {
  readonly format: string;
  readonly fault: { readonly token: string; readonly character: number; readonly message: string };
}) {
  const { format, fault } = props;
  const { token, character, message } = fault;
  const start = character - 1;
  return (
    <div class="callout callout-bad" role="status">
      <p>
        <code class="raw">
          {format.slice(0, start)}
          <mark>{format.slice(start, start + token.length)}</mark>
          {format.slice(start + token.length)}
        </code>
      </p>
      <p>{say("trialFault", { token, character })}</p>
      <p class="quiet" lang="en">
        {`${token} ${message}`}
      </p>
    </div>
  );
}

/** null: there is nothing to read yet. */
function trialOf(source: string | null, form: SourceForm, asks: readonly string[]): object | null {
  const fields = form.all();
  if (fields.dialect === "format" && fields.format === "") return null;
  // A new source on a port of its own, or that calls, has no connections before it is saved: not those of the default one.
  const isNew = source === null && fields.kind !== "scales-port";
  const { dialect, format, unit, decimal_mark, decimals, weight, digits, connection } = bodyOf(fields, asks);
  return {
    source: isNew ? fields.name.trim() || say("add") : source,
    from: source === null && connection.kind === "listen" ? connection.from : [],
    dialect,
    format,
    unit,
    decimal_mark,
    decimals: typeof decimals === "number" ? decimals : null,
    weight,
    digits,
  };
}

/** null also where a field is still being typed: its fault is told when it is saved. */
async function tried(body: string): Promise<TrialResult | null> {
  const wanted: object | null = JSON.parse(body);
  if (wanted === null) return null;
  try {
    return await api<TrialResult>("POST", "/api/sources/trial", { body: wanted });
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 422) return null;
    throw error;
  }
}
