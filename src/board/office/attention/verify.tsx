import { useSignal } from "@preact/signals";
import type { Fault } from "../../../records/chain/faults.ts";
import type { Verified } from "../../../records/chain/verify.ts";
import { api } from "../../shared/api.ts";
import { TextField } from "../../shared/field.tsx";
import { formatDateTime } from "../../shared/format.ts";
import { useSubmit } from "../../shared/submit.ts";
import { subjectText } from "./audit-words.ts";
import { say as sayAttention } from "./texts.ts";
import { say } from "./verify-words.ts";

/** What was found so far, of a chain that comes in parts. */
interface Outcome {
  readonly checked: number;
  readonly head: string | null;
  readonly faults: readonly Fault[];
  readonly isWhole: boolean;
}

/** More are not listed: the first one matters. */
const faultsMax = 100;

/** Whether any record was changed, removed or put in past the appliance. */
export function Verify() {
  const printed = useSignal("");
  const outcome = useSignal<Outcome | null>(null);
  const submit = useSubmit();

  async function verify(): Promise<void> {
    outcome.value = { checked: 0, head: null, faults: [], isWhole: false };
    const head = printed.value.trim() || undefined;
    for (let after: string | null = null; ; ) {
      const part: Verified = await api<Verified>("GET", "/api/audit/verify", { query: { after, head } });
      const before: Outcome = outcome.value;
      const faults = [...before.faults, ...part.faults];
      const isWhole = part.next === null || faults.length >= faultsMax;
      outcome.value = {
        checked: before.checked + part.checked,
        head: part.head ?? before.head,
        faults,
        isWhole,
      };
      if (isWhole) return;
      after = part.next;
    }
  }

  return (
    <section aria-labelledby="verify">
      <h2 id="verify">{say("records")}</h2>
      <p>{say("about")}</p>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          void submit.run(verify);
        }}
      >
        <TextField
          label={say("printed")}
          name="head"
          value={printed}
          error={submit.faults.value.head}
          maxLength={80}
        />
        <button type="submit" class="button" disabled={submit.isBusy.value}>
          {say("verify")}
        </button>
      </form>
      {submit.failure.value ? (
        <p class="form-error" role="alert">
          {submit.failure.value}
        </p>
      ) : (
        outcome.value !== null && <Found outcome={outcome.value} isCompared={printed.value.trim() !== ""} />
      )}
    </section>
  );
}

function Found(props: { readonly outcome: Outcome; readonly isCompared: boolean }) {
  const { checked, head, faults, isWhole } = props.outcome;
  const [first, ...others] = faults;
  if (first === undefined) {
    return (
      <div class="callout" role="status">
        <p>
          <strong>{say(isWhole ? "sound" : "soFar", { count: checked })}</strong>{" "}
          {isWhole && props.isCompared && say("printedHolds")}
        </p>
        {isWhole && head !== null && (
          <p class="quiet">
            {say("ends")} <code>{head}</code>
          </p>
        )}
      </div>
    );
  }
  return (
    <div class="callout callout-bad" role="alert">
      <p>
        <strong>{say("found", { count: faults.length })}</strong>{" "}
        {faults.some(({ fault }) => fault !== "cut_off") && say("callIt")}
      </p>
      <p>
        {say("first")} <FaultText fault={first} />
      </p>
      {others.length > 0 && (
        <ul>
          {others.map((fault) => (
            <li key={`${fault.seq} ${fault.kind} ${fault.row_id} ${fault.fault}`}>
              <FaultText fault={fault} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** What, when, and by whom as far as that is known. */
function FaultText(props: { readonly fault: Fault }) {
  const { fault, seq, last_seq: last, kind, row_id: row, linked_at: at, event } = props.fault;
  const thing = kind === null ? "" : say(kind, { id: row ?? 0 });
  return (
    <>
      {say(fault, { thing, from: seq ?? 0, to: last ?? 0 })}
      {at !== null && ` ${say("linked", { id: seq ?? 0, when: formatDateTime(at) })}`}
      {event !== null &&
        ` ${say(kind === "audit" ? "itSays" : "lastEvent", {
          when: formatDateTime(event.at),
          who: event.actor,
          what: sayAttention.has(event.action) ? sayAttention(event.action) : event.action,
          subject: subjectText(event.subject),
        })}`}
    </>
  );
}
