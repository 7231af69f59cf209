import type { SourceView } from "../../../records/sources/source-list.ts";
import { isAdmin } from "../../shared/session.ts";
import { CaptureLink } from "../capture-link.tsx";
import { Ago, Cell } from "../parts.tsx";
import { RowAction } from "../row-action.tsx";
import { word } from "../words.ts";
import { dialectText, say } from "./texts.ts";

export function SourceTable(props: {
  readonly sources: readonly SourceView[];
  readonly onEdit: (source: SourceView) => void;
  readonly onRemove: (source: SourceView) => void;
}) {
  return (
    <table class="table">
      <thead>
        <tr>
          <th>{say("source")}</th>
          <th>{word("status")}</th>
          <th>{say("connection")}</th>
          <th>{say("dialect")}</th>
          <th>{word("scale")}</th>
          <th>{word("station")}</th>
          <th>{say("lastPrint")}</th>
          {isAdmin.value && (
            <th>
              <span class="sr-only">{word("actions")}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {props.sources.map((source) => (
          <tr key={source.name ?? ""}>
            <Cell label={say("source")} class="cell-title cell-name">
              <Name source={source} />
            </Cell>
            <Cell label={word("status")}>
              <State source={source} />
            </Cell>
            <Cell label={say("connection")}>
              <Connection of={source.connection} isDefault={source.name === null} />
            </Cell>
            <Cell label={say("dialect")}>
              {dialectText(source.dialect)}
              {source.mode === "stream" && <small class="quiet"> {say("modeStream")}</small>}
            </Cell>
            <Cell label={word("scale")}>
              <Scales source={source} />
            </Cell>
            <Cell label={word("station")} class="cell-name">
              {source.station ?? <span class="quiet">{say("ofScale")}</span>}
            </Cell>
            <Cell label={say("lastPrint")}>
              {source.state.last_print_at === null ? (
                <span class="quiet">{say("noPrint")}</span>
              ) : (
                <Ago at={source.state.last_print_at} />
              )}
              {source.state.samples > 0 && (
                <small class="quiet"> {say("samples", { count: source.state.samples })}</small>
              )}
            </Cell>
            {isAdmin.value && (
              <Cell label="" class="cell-actions">
                <Actions {...props} source={source} />
              </Cell>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Name(props: { readonly source: SourceView }) {
  const { name, fixed } = props.source;
  return (
    <span class="scale-name">
      <b>{name ?? say("defaultName")}</b>
      {name !== null && fixed && <small class="quiet"> {say("fixed")}</small>}
    </span>
  );
}

/** Colors are those of scales. */
const marks = {
  connected: "connected",
  waiting: "disabled",
  not_open: "disconnected",
  left_out: "disconnected",
  off: "disabled",
} as const;

function State(props: { readonly source: SourceView }) {
  const { is, trouble, connections, also_called_by: other } = props.source.state;
  const mark = is === "waiting" && trouble !== null ? "disconnected" : marks[is];
  return (
    <span class="scale-state">
      <span class={`state state-${mark}`}>{say(is, { count: connections })}</span>
      {trouble !== null && (
        <small class="quiet" lang="en">
          {trouble}
        </small>
      )}
      {other !== null && <small class="over-text"> {say("alsoCalled", { machine: other })}</small>}
    </span>
  );
}

function Connection(props: { readonly of: SourceView["connection"]; readonly isDefault: boolean }) {
  const { of: connection, isDefault } = props;
  if (isDefault) return <span>{say("defaultWhat")}</span>;
  if (connection.kind === "connect") {
    const { host, port, poll } = connection;
    return (
      <span>
        {say("calls", { address: `${host}:${port}` })}
        {poll !== null && <small class="quiet"> {say("asked", { count: poll.every_ms / 1000 })}</small>}
      </span>
    );
  }
  const { port, from, registration } = connection;
  const more = [
    ...(from.length > 0 ? [say("fromAddresses", { addresses: from.join(", ") })] : []),
    ...(registration !== null ? [say("registered", { registration })] : []),
  ];
  return (
    <span>
      {port === null ? say("scalesPort") : say("portNumber", { port: String(port) })}
      {more.length > 0 && <small class="quiet"> {more.join(", ")}</small>}
    </span>
  );
}

function Scales(props: { readonly source: SourceView }) {
  const { scale, state } = props.source;
  if (scale !== null) return <b class="number">{scale}</b>;
  if (state.scales.length === 0) return <span class="quiet">{say("inPrints")}</span>;
  return <span class="number">{listed(state.scales)}</span>;
}

const listedMax = 8;

function listed(scales: readonly number[]): string {
  const rest = scales.length - listedMax;
  return scales.slice(0, listedMax).join(", ") + (rest > 0 ? ` … (+${rest})` : "");
}

function Actions(props: {
  readonly source: SourceView;
  readonly onEdit: (source: SourceView) => void;
  readonly onRemove: (source: SourceView) => void;
}) {
  const { source, onEdit, onRemove } = props;
  return (
    <span class="row-actions">
      <CaptureLink of={{ source: source.name ?? "default" }} class="button button-small button-quiet" />
      {!source.fixed && (
        <>
          <RowAction text={say("edit")} name={source.name ?? "default"} onClick={() => onEdit(source)} />
          <RowAction text={say("remove")} name={source.name ?? "default"} onClick={() => onRemove(source)} />
        </>
      )}
    </span>
  );
}
