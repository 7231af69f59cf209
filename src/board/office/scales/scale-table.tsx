import type { Scale } from "../../../records/scales/scale-list.ts";
import { now } from "../../shared/clock.ts";
import { bagWeight, formatNumber, formatShare, weightText } from "../../shared/format.ts";
import { isAdmin } from "../../shared/session.ts";
import { Ago, Cell, Moment } from "../parts.tsx";
import { RowAction } from "../row-action.tsx";
import { word } from "../words.ts";
import { bagsPerHour, rejectedShare, type WeighTimes } from "./rates.ts";
import { stateOf } from "./scale-list.ts";
import { say } from "./texts.ts";

export function ScaleTable(props: {
  readonly scales: readonly Scale[];
  /** null while not known. */
  readonly rates: { readonly times: WeighTimes; readonly since: number } | null;
  readonly onEdit: (scale: Scale) => void;
  readonly onRemove: (scale: Scale) => void;
}) {
  const { scales, rates, onEdit, onRemove } = props;
  return (
    <table class="table table-scales">
      <thead>
        <tr>
          <th>{word("scale")}</th>
          <th>{word("status")}</th>
          <th>{word("station")}</th>
          <th>{word("address")}</th>
          <th>{say("lastReading")}</th>
          <th class="numeric">{say("rate")}</th>
          <th class="numeric">{say("rejected")}</th>
          <th>
            <span class="sr-only">{word("actions")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {scales.map((scale) => (
          <tr key={scale.id}>
            <Cell label={word("scale")} class="cell-title cell-name">
              <Name scale={scale} />
            </Cell>
            <Cell label={word("status")}>
              <State scale={scale} />
            </Cell>
            <Cell label={word("station")} class="cell-name">
              {scale.station}
            </Cell>
            <Cell label={word("address")} class="number">
              {scale.remote_address}
            </Cell>
            <Cell label={say("lastReading")}>
              <LastReading scale={scale} />
            </Cell>
            <Cell label={say("rate")} class="numeric">
              {rates !== null &&
                formatNumber(Math.round(bagsPerHour(rates.times, scale.id, rates.since, now.value)))}
            </Cell>
            <Cell label={say("rejected")} class="numeric">
              <Rejected scale={scale} />
            </Cell>
            <Cell label="" class="cell-actions">
              <Actions scale={scale} onEdit={onEdit} onRemove={onRemove} />
            </Cell>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Name(props: { readonly scale: Scale }) {
  const { id, name, alias_of: alias } = props.scale;
  return (
    <span class="scale-name">
      <a href={`/scales/${id}`}>
        <b class="number">{id}</b> {name}
      </a>
      {alias !== null && <small class="quiet">{say("countsAs", { id: alias })}</small>}
    </span>
  );
}

/** Connected, silent, gone … and since when. */
export function State(props: { readonly scale: Scale }) {
  const { scale } = props;
  const state = stateOf(scale);
  return (
    <span class="scale-state">
      <span class={`state state-${state}`} title={state === "silent" ? say("silentWhat") : undefined}>
        {say(state)}
      </span>
      {scale.connected && scale.connected_since !== null && (
        <small class="quiet">
          <Moment at={scale.connected_since} />
        </small>
      )}
    </span>
  );
}

/** What it printed last, and how long ago. */
export function LastReading(props: { readonly scale: Scale }) {
  const { last_weight: weight, unit, last_reading_at: at } = props.scale;
  if (at === null) return <span class="quiet">{say("neverHeard")}</span>;
  return (
    <span class="scale-reading">
      {weight !== null && unit !== null && <b class="number">{weightText(bagWeight({ weight, unit }))}</b>}
      <small class="quiet">
        <Ago at={at} />
      </small>
    </span>
  );
}

/** How many prints were rejected, and their share. */
export function Rejected(props: { readonly scale: Scale }) {
  const { readings, rejected } = props.scale;
  const share = rejectedShare(props.scale);
  if (share === null)
    return (
      <span class="quiet" title={say("noFrames")}>
        –
      </span>
    );
  return (
    <span
      class={rejected > 0 ? "" : "quiet"}
      title={say("rejectedOf", {
        rejected: formatNumber(rejected),
        frames: formatNumber(readings + rejected),
      })}
    >
      {formatNumber(rejected)}
      {rejected > 0 && ` (${formatShare(share)})`}
    </span>
  );
}

function Actions(props: {
  readonly scale: Scale;
  readonly onEdit: (scale: Scale) => void;
  readonly onRemove: (scale: Scale) => void;
}) {
  const { scale, onEdit, onRemove } = props;
  const name = `${word("scale")} ${scale.id}`;
  return (
    <span class="row-actions">
      <a
        class="button button-small button-quiet"
        href={`/bags?scale=${scale.id}`}
        aria-label={`${say("bags")}: ${name}`}
      >
        {say("bags")}
      </a>
      {isAdmin.value && (
        <>
          <a
            class="button button-small button-quiet"
            href={`/scales?lines=${scale.id}`}
            aria-label={`${say("lines")}: ${name}`}
          >
            {say("lines")}
          </a>
          <RowAction text={say("edit")} name={name} onClick={() => onEdit(scale)} />
          {!scale.configured && (
            <RowAction text={say("remove")} name={name} onClick={() => onRemove(scale)} />
          )}
        </>
      )}
    </span>
  );
}
