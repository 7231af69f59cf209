import type { Signal } from "@preact/signals";
import type { Bag } from "../../../records/bags/bag-view.ts";
import { verdictOf } from "../../shared/bag-verdict.ts";
import { now } from "../../shared/clock.ts";
import {
  bagWeight,
  formatDateTime,
  formatDecimal,
  formatMoment,
  formatNumber,
  printedText,
  signedPounds,
  weightText,
} from "../../shared/format.ts";
import { isOperator, session } from "../../shared/session.ts";
import { voidWhy } from "../../shared/void-words.ts";
import { Cell, VerdictMark } from "../parts.tsx";
import { RowAction } from "../row-action.tsx";
import { Select, SelectAll } from "../select.tsx";
import { word } from "../words.ts";
import { say } from "./texts.ts";

/** What can be done to a bag. */
interface RowActions {
  readonly onVoid: (bag: Bag) => void;
  readonly onUnvoid: (bag: Bag) => void;
  readonly onAssign: (bag: Bag) => void;
}

/** Bags in rows. */
export function BagTable(props: {
  readonly bags: readonly Bag[];
  readonly ofJob: boolean;
  /** null: none can be selected. Only bags without a job can be: they are what is assigned many at a time. */
  readonly selected: Signal<ReadonlySet<number>> | null;
  /** null: nothing can be done to them here. */
  readonly actions: RowActions | null;
}) {
  const { bags, ofJob, selected } = props;
  const actions = isOperator.value ? props.actions : null;
  const loose = bags.filter(canAssign).map(({ id }) => id);
  const isSelecting = selected !== null && loose.length > 0;
  const forwards = session.value?.forwarding === true;
  return (
    <table class="table table-bags">
      <thead>
        <tr>
          {isSelecting && (
            <th class="cell-check">
              <SelectAll ids={loose} selected={selected} />
            </th>
          )}
          <th>{word("weighed")}</th>
          <th>{say("number")}</th>
          {!ofJob && <th>{word("station")}</th>}
          <th class="numeric">{word("scale")}</th>
          <th class="numeric">{word("weight")}</th>
          <th class="numeric">{say("deviation")}</th>
          <th>{word("verdict")}</th>
          {forwards && <th>{say("delivery")}</th>}
          {actions !== null && (
            <th class="cell-actions">
              <span class="sr-only">{word("actions")}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {bags.map((bag) => (
          <tr key={bag.id} class={bag.voided_at === null ? "" : "row-voided"}>
            {isSelecting && (
              <Cell label="" class="cell-check">
                {canAssign(bag) && <Select id={bag.id} name={bagName(bag)} selected={selected} />}
              </Cell>
            )}
            <BagCells bag={bag} ofJob={ofJob} />
            {forwards && (
              <Cell label={say("delivery")}>
                {bag.delivery !== null && (
                  <span title={bag.delivery.last_error ?? ""}>{say(bag.delivery.state)}</span>
                )}
              </Cell>
            )}
            {actions !== null && (
              <Cell label="" class="cell-actions">
                <Actions bag={bag} {...actions} />
              </Cell>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function BagCells(props: { readonly bag: Bag; readonly ofJob: boolean }) {
  const { bag, ofJob } = props;
  return (
    <>
      <Cell label={word("weighed")} class="number nowrap">
        <time dateTime={bag.weighed_at} title={formatDateTime(bag.weighed_at)}>
          {formatMoment(bag.weighed_at, now.value, true)}
        </time>
      </Cell>
      <Cell label={say("number")}>
        {ofJob
          ? bag.bag_num !== null && formatNumber(bag.bag_num)
          : bag.job_id !== null && (
              <a href={`/jobs/${bag.job_id}`}>
                {say("jobAndBag", { job: bag.job_id, bag: bag.bag_num ?? "" })}
              </a>
            )}
      </Cell>
      {!ofJob && (
        <Cell label={word("station")} class="cell-name">
          {bag.station}
        </Cell>
      )}
      <Cell label={word("scale")} class="numeric">
        {bag.scale}
      </Cell>
      <Cell label={word("weight")} class="numeric cell-weight cell-lead">
        {weightText(bagWeight(bag))}
      </Cell>
      <Cell label={say("deviation")} class="numeric">
        {bag.target_weight !== null && signedPounds(Number(bag.weight_lb) - Number(bag.target_weight))}
      </Cell>
      <Cell label={word("verdict")} class="cell-lead cell-verdict">
        <span class="verdict">
          <VerdictMark verdict={verdictOf(bag)} isVoided={bag.voided_at !== null} />
          <Marks bag={bag} />
        </span>
      </Cell>
    </>
  );
}

function Marks(props: { readonly bag: Bag }) {
  const { bag } = props;
  return (
    <>
      {bag.lot !== null && <span class="note">{say("lotOf", { lot: bag.lot })}</span>}
      {bag.voided_at !== null && <span class="note">{say("voidedWhy", { reason: voidWhy(bag) })}</span>}
      {bag.repeat_suspected && (
        <span class="note" title={say("repeatHint")}>
          {say("repeat")}
        </span>
      )}
      {bag.doubt !== null && (
        <span class="note" title={say("doubtHint")}>
          {say("doubt")}
        </span>
      )}
      {bag.followed_by !== null && (
        <span class="note" title={say("followedByHint")}>
          {say("followedBy", { text: bag.followed_by })}
        </span>
      )}
      {bag.source !== "scale" && (
        <span class="note">{bag.note === null ? say(bag.source) : say("manualWhy", { note: bag.note })}</span>
      )}
      {(bag.gross ?? bag.density) !== null && <span class="note">{weighedText(bag)}</span>}
      {bag.printed_scale !== bag.scale && (
        <span class="note">{say("printedAs", { scale: bag.printed_scale })}</span>
      )}
    </>
  );
}

/** What else there is to say of its weight. In one piece: most rows of a product have it. */
function weighedText({ gross, unit, density }: Bag): string {
  return [
    ...(gross === null ? [] : [say("gross", { weight: printedText({ weight: gross, unit }) })]),
    ...(density === null ? [] : [say("density", { density: formatDecimal(density.lb_per_ft3, 3) })]),
  ].join(" · ");
}

function Actions(props: { readonly bag: Bag } & RowActions) {
  const { bag, onVoid, onUnvoid, onAssign } = props;
  const name = bagName(bag);
  if (bag.voided_at !== null) {
    return <RowAction text={say("unvoid")} name={name} onClick={() => onUnvoid(bag)} />;
  }
  return (
    <span class="row-actions">
      {canAssign(bag) && <RowAction text={say("assign")} name={name} onClick={() => onAssign(bag)} />}
      <RowAction text={say("void")} name={name} onClick={() => onVoid(bag)} />
    </span>
  );
}

/** A bag that still waits for a job. */
export function canAssign(bag: Bag): boolean {
  return bag.job_id === null && bag.voided_at === null;
}

/** A bag as a screen reader tells it from others. */
function bagName(bag: Bag): string {
  return `${weightText(bagWeight(bag))}, ${formatDateTime(bag.weighed_at)}`;
}
