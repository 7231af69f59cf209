import { SelectField, TextField } from "../../shared/field.tsx";
import { word } from "../words.ts";
import type { SourceForm } from "./source-form.ts";
import { say } from "./texts.ts";

/** How the appliance and the indicator find each other. */
export function ConnectionFields(props: {
  readonly form: SourceForm;
  readonly error: (field: string) => string | undefined;
}) {
  const { form, error } = props;
  const kind = form.of("kind").value;
  return (
    <>
      <SelectField
        label={say("kind")}
        name="kind"
        value={form.of("kind")}
        error={error("connection")}
        options={[
          { value: "scales-port", text: say("kindScalesPort") },
          { value: "port", text: say("kindPort") },
          { value: "connect", text: say("kindConnect") },
        ]}
      />
      {kind === "connect" && (
        <TextField
          label={word("address")}
          name="host"
          value={form.of("host")}
          hint={say("hostHint")}
          error={error("connection.host")}
        />
      )}
      {kind !== "scales-port" && (
        <TextField
          label={say("port")}
          name="port"
          value={form.of("port")}
          inputMode="numeric"
          error={error("connection.port")}
        />
      )}
      {kind === "connect" ? (
        <Asking form={form} error={error} />
      ) : (
        <>
          <TextField
            label={say("from")}
            name="from"
            value={form.of("from")}
            hint={say("fromHint")}
            error={error("connection.from")}
            maxLength={2_000}
          />
          <TextField
            label={say("registration")}
            name="registration"
            value={form.of("registration")}
            hint={say("registrationHint")}
            error={error("connection.registration")}
          />
        </>
      )}
      <TextField
        label={say("heartbeat")}
        name="heartbeat"
        value={form.of("heartbeat")}
        hint={say("heartbeatHint")}
        error={error("heartbeat")}
      />
    </>
  );
}

function Asking(props: { readonly form: SourceForm; readonly error: (field: string) => string | undefined }) {
  const { form, error } = props;
  return (
    <>
      <SelectField
        label={say("asking")}
        name="asked"
        value={form.of("asked")}
        options={[
          { value: "no", text: say("askingNo") },
          { value: "yes", text: say("askingYes") },
        ]}
      />
      {form.of("asked").value === "yes" && (
        <>
          <TextField
            label={say("every")}
            name="every_ms"
            value={form.of("every_ms")}
            inputMode="numeric"
            suffix={say("ms")}
            error={error("connection.poll.every_ms")}
          />
          <TextField
            label={say("answer")}
            name="answer_ms"
            value={form.of("answer_ms")}
            inputMode="numeric"
            suffix={say("ms")}
            error={error("connection.poll.answer_ms")}
          />
          <TextField
            label={say("command")}
            name="command"
            value={form.of("command")}
            hint={say("commandHint")}
            error={error("connection.poll.command")}
          />
        </>
      )}
    </>
  );
}
