import type { ReadingEvent } from "../../events/event.ts";
import type { Bag } from "../../records/bags/bag-view.ts";
import { now } from "../shared/clock.ts";
import { bagWeight, formatAge, formatTime, printedText, signedPounds, weightText } from "../shared/format.ts";
import { areJobsUpstream } from "../shared/session.ts";
import { voidWhy } from "../shared/void-words.ts";
import { CheckFace, spokenCheck } from "./check-face.tsx";
import { CompleteFace, completionOf } from "./complete-face.tsx";
import { Face } from "./face.tsx";
import { LiveFace } from "./live-face.tsx";
import { bagName, bagNumber, scaleName } from "./names.ts";
import type { StationState } from "./state.ts";
import { t } from "./texts.ts";
import { type NotTaken, readingVerdict, verdictOf } from "./verdict.ts";

/** The last weight or rejected print, as large as the screen allows. */
export function LatestPanel(props: { readonly state: StationState }) {
  const { state } = props;
  const latest = state.latest.value;
  const live = state.live.value;
  if (live !== null && latest.kind !== "check") {
    return (
      <section class="latest" aria-label={t("onScale")}>
        <Announcement state={state} />
        <LiveFace live={live} state={state} />
      </section>
    );
  }
  const done = completionOf(state);
  return (
    <section class="latest" aria-label={t("lastBags")}>
      <Announcement state={state} />
      {latest.kind === "bag" && done !== null && <CompleteFace done={done} bag={latest.bag} state={state} />}
      {latest.kind === "bag" && done === null && (
        <BagFace key={latest.bag.uid} bag={latest.bag} state={state} />
      )}
      {latest.kind === "reading" && (
        <ReadingFace key={latest.reading.uid} reading={latest.reading} state={state} />
      )}
      {latest.kind === "rejected" && (
        <RejectedFace key={latest.frame.id} frame={latest.frame} state={state} />
      )}
      {latest.kind === "check" && <CheckFace key={latest.check.uid} check={latest.check} state={state} />}
      {latest.kind === "nothing" && <NothingFace state={state} />}
    </section>
  );
}

/** For screen readers: one sentence for each bag, weight or rejected print. */
function Announcement(props: { readonly state: StationState }) {
  return (
    <p class="sr-only" role="status">
      {spoken(props.state)}
    </p>
  );
}

function spoken(state: StationState): string {
  const last = state.latest.value;
  switch (last.kind) {
    case "bag": {
      const bag = t("spokenBag", {
        bag: bagName(last.bag),
        weight: weightText(bagWeight(last.bag)),
        verdict: t(verdictOf(last.bag)),
      });
      return completionOf(state) === null ? bag : `${bag}. ${t("complete")}`;
    }
    case "reading":
      return t("spokenBag", {
        bag: scaleName(last.reading.scale, []),
        weight: weightText(bagWeight(last.reading)),
        verdict: readingWords(state, last.reading).join(", "),
      });
    case "rejected":
      return t("spokenPrint", { reason: t(`reason_${last.frame.reason}`) });
    case "check":
      return spokenCheck(last.check, state);
    case "nothing":
      return "";
  }
}

function BagFace({ bag, state }: { readonly bag: Bag; readonly state: StationState }) {
  const verdict = verdictOf(bag);
  const off = bag.target_weight === null ? null : Number(bag.weight_lb) - Number(bag.target_weight);
  const what = () => {
    if (verdict === "void") return t("voidWhat", { reason: voidWhy(bag) });
    if (bag.repeat_suspected) return t("repeat");
    if (verdict === "asked") return t("askedWhat");
    if (verdict === "refused") return t("refusedWhat", { error: bag.delivery?.last_error ?? "" });
    if (verdict !== "noJob") return undefined;
    return t(areJobsUpstream.value ? "noVerdictWhat" : "noJobWhat");
  };
  const word = verdict === "noJob" && areJobsUpstream.value ? t("noVerdict") : t(verdict);
  return (
    <Face
      verdict={verdict}
      word={word}
      aside={bagNumber(bag) === null ? "" : bagName(bag)}
      weight={bagWeight(bag)}
      what={what()}
    >
      {bag.repeat_suspected && <strong class="badge">{t("repeatShort")}</strong>}
      {isInNewUnit(bag, state.bags.value) && (
        <strong class="badge">{t("printedAs", { weight: printedText(bag) })}</strong>
      )}
      {bag.source === "manual" && <strong class="badge">{t("byHand")}</strong>}
      {off !== null && <span>{t("offTarget", { difference: signedPounds(off) })}</span>}
      {bag.source === "api" ? (
        <span>{t("byApi")}</span>
      ) : (
        <span>{scaleName(bag.scale, state.scales.value)}</span>
      )}
      <Since at={bag.weighed_at} />
    </Face>
  );
}

/** The scale printed another unit than for the bag before: what it printed has to be seen. */
function isInNewUnit(bag: Bag, bags: readonly Bag[]): boolean {
  const before = bags.find(
    (each) => each.scale === bag.scale && each.id !== bag.id && each.weighed_at <= bag.weighed_at,
  );
  return before !== undefined && before.unit !== bag.unit;
}

function ReadingFace(props: { readonly reading: ReadingEvent; readonly state: StationState }) {
  const { reading, state } = props;
  const verdict = readingVerdict(reading, state.job.value);
  const [word, ...more] = readingWords(state, reading);
  return (
    <Face verdict={verdict} word={word} weight={bagWeight(reading)} what={t("keptWhat")}>
      {more.map((said) => (
        <strong key={said} class="badge">
          {said}
        </strong>
      ))}
      {reading.repeat_suspected && <strong class="badge">{t("repeatShort")}</strong>}
      <span>{scaleName(reading.scale, state.scales.value)}</span>
      <Since at={reading.weighed_at} />
    </Face>
  );
}

function readingWords(state: Pick<StationState, "job">, reading: ReadingEvent): [string, ...string[]] {
  const verdict = readingVerdict(reading, state.job.value);
  return verdict === "kept" ? [t("kept")] : [t(verdict), t("provisional")];
}

function RejectedFace(props: { readonly frame: NotTaken; readonly state: StationState }) {
  const { frame, state } = props;
  return (
    <Face
      verdict="notTaken"
      word={t("notTaken")}
      sentence={t(`reason_${frame.reason}`)}
      what={t(`do_${frame.reason}`)}
    >
      {frame.scale !== null && <span>{scaleName(frame.scale, state.scales.value)}</span>}
      <Since at={frame.received_at} />
    </Face>
  );
}

function NothingFace(props: { readonly state: StationState }) {
  const isConnected = props.state.scales.value.some(({ connected }) => connected);
  return (
    <Face verdict="kept" word={t("waiting")} what={isConnected ? t("waitingWhat") : t("waitingScale")} />
  );
}

function Since({ at }: { readonly at: string }) {
  return (
    <span>
      {formatTime(at)} ({t("ago", { age: formatAge(now.value - Date.parse(at)) })})
    </span>
  );
}
