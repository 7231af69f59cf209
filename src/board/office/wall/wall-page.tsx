import { useSignal } from "@preact/signals";
import type { ReadingEvent } from "../../../events/event.ts";
import type { StationItem, Stations } from "../../../http/api/stations.ts";
import type { Job } from "../../../records/jobs/job-view.ts";
import type { Scale } from "../../../records/scales/scale-list.ts";
import type { Calendar } from "../../../records/shifts/calendar.ts";
import { api } from "../../shared/api.ts";
import { now } from "../../shared/clock.ts";
import { bagWeight, formatAge, formatNumber, targetText, weightText } from "../../shared/format.ts";
import { Layout } from "../../shared/layout.tsx";
import { ProgressBar } from "../../shared/progress-bar.tsx";
import { t } from "../../shared/texts.ts";
import { Shape } from "../../station/shape.tsx";
import { type Verdict, verdictOf } from "../../station/verdict.ts";
import { useLive } from "../live-hook.ts";
import { useLoaded } from "../loaded.ts";
import { useEvery, useSoon } from "../soon.ts";
import { Empty, Show } from "../states.tsx";
import { word } from "../words.ts";
import { say } from "./texts.ts";
import { columnsFor, conditionOf, type StationCondition, withBagOf, withJobOf } from "./wall-state.ts";

/** What no event says: bags that leave the last hour, a job that was changed by another appliance. */
const askEveryMs = 30_000;
const askSoonMs = 1_000;

interface Wall {
  readonly items: readonly StationItem[];
  readonly scales: readonly Scale[];
  readonly stillAfter: number;
}

/** All stations on one screen: read from 3 m where there are four, from a desk where there are 24. It follows the events. */
export function WallPage() {
  const wall = useLoaded("", loadWall);
  const readings = useSignal<ReadonlyMap<string, ReadingEvent>>(new Map());
  const askSoon = useSoon(wall.reload, askSoonMs);
  useEvery(wall.reload, askEveryMs);
  useLive("bag", (bag) => {
    const shown = wall.value.value;
    if (shown === null) return;
    const items = withBagOf(shown.items, bag);
    if (items === null) askSoon();
    else wall.value.value = { ...shown, items };
  });
  useLive("job", (job) => {
    const shown = wall.value.value;
    if (shown !== null) wall.value.value = { ...shown, items: withJobOf(shown.items, job) };
  });
  useLive("reading", (reading) => {
    readings.value = new Map([...readings.value, [reading.station, reading]]);
  });
  useLive("scale", askSoon);
  return (
    <Layout name={t("wall")} title={<h1>{t("wall")}</h1>}>
      <main class="page wall-page" id="content">
        <Show of={wall}>
          {({ items, ...known }) =>
            items.length === 0 ? (
              <Empty>{say("none")}</Empty>
            ) : (
              <ul class="wall" style={{ "--columns": columnsFor(items.length) }}>
                {items.map((item) => (
                  <Tile
                    key={item.station}
                    item={item}
                    condition={conditionOf(item, known.scales, {
                      at: now.value,
                      stillAfter: known.stillAfter,
                    })}
                    reading={readings.value.get(item.station) ?? null}
                  />
                ))}
              </ul>
            )
          }
        </Show>
      </main>
    </Layout>
  );
}

function Tile(props: {
  readonly item: StationItem;
  readonly condition: StationCondition;
  readonly reading: ReadingEvent | null;
}) {
  const { item, condition, reading } = props;
  const { station, active_job: job, last_bag: bag, next_job: next } = item;
  // A weight that the database does not have yet.
  const isKept = reading !== null && reading.uid !== bag?.uid && reading.weighed_at > (bag?.weighed_at ?? "");
  const last = isKept ? reading : bag;
  const verdict: Verdict | null = isKept ? "kept" : bag === null ? null : verdictOf(bag);
  return (
    <li class={`tile condition-${condition.is}`}>
      <div class="tile-inside">
        <div class="tile-head">
          <h2>
            <a href={`/?station=${encodeURIComponent(station)}`}>{station}</a>
          </h2>
          <span class="tile-condition">{conditionText(condition)}</span>
        </div>
        <div class={`tile-face${verdict === null ? "" : ` face-${verdict}`}`}>
          {last !== null && verdict !== null && (
            <>
              <span class="tile-weight number">{weightText(bagWeight(last, 2))}</span>
              <span class="tile-line">
                <span class="tile-verdict">
                  <Shape verdict={verdict} />
                  {say(verdict)}
                </span>
                <span class="tile-age">
                  {word("ago", { age: formatAge(Math.max(0, now.value - Date.parse(last.weighed_at))) })}
                </span>
              </span>
            </>
          )}
          {last === null && <span>{say("noBag")}</span>}
        </div>
        <p class="tile-job">
          {job !== null && (
            <>
              <span class="tile-company">{job.company}</span>
              <span>{targetText(job)}</span>
            </>
          )}
          {job === null && (
            <span class="tile-company">{next === null ? "–" : say("next", { company: next.company })}</span>
          )}
        </p>
        {job !== null && <ProgressBar done={job.bags_completed} of={job.quantity} text={progressText(job)} />}
        <div class="tile-foot number">
          <span>{job === null ? word("no_job") : progressText(job)}</span>
          <span class="tile-rate">{say("rate", { count: item.bags_last_hour })}</span>
        </div>
      </div>
    </li>
  );
}

function progressText({ bags_completed: done, quantity }: Job): string {
  return `${formatNumber(done)} / ${formatNumber(quantity)}`;
}

function conditionText(condition: StationCondition): string {
  switch (condition.is) {
    case "partly_off":
      return say("partly_off", {
        connected: formatNumber(condition.connected),
        count: condition.scales,
      });
    case "still":
      return say("still", { age: formatAge(condition.ms) });
    default:
      return say(condition.is);
  }
}

async function loadWall(): Promise<Wall> {
  const [{ items }, scales, calendar] = await Promise.all([
    api<Stations>("GET", "/api/stations"),
    api<{ readonly items: readonly Scale[] }>("GET", "/api/scales"),
    // While the database is away the wall shows what is known.
    api<Calendar>("GET", "/api/shifts").catch(() => null),
  ]);
  return { items, scales: scales.items, stillAfter: (calendar?.standstill_minutes ?? 10) * 60_000 };
}
