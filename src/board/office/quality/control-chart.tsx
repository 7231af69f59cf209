import type { ChartAnswer } from "../../../records/quality/chart-answer.ts";
import { formatDateTime, formatNumber } from "../../shared/format.ts";
import { percent } from "../chart-parts.tsx";
import { fineText, poundsInUnit, roundText, tickText } from "../weights.ts";
import { word } from "../words.ts";
import { type DrawnTrack, drawTracks, sumTracks, tracksOf } from "./chart-layout.ts";
import { say } from "./texts.ts";

/** A control chart: what is charted above, its spread below. */
export function ControlChart(props: { readonly answer: ChartAnswer }) {
  const { answer } = props;
  const { perUnit, tick } = chartedIn(answer);
  if (answer.chart === "cusum") {
    const [above, below] = drawTracks(sumTracks(answer), perUnit);
    return (
      <TrackPlot
        tracks={[above, below].filter((track) => track !== undefined)}
        label={plotLabel(answer)}
        tick={tick}
      />
    );
  }
  const { location, dispersion } = tracksOf(answer);
  return (
    <>
      <TrackPlot tracks={drawTracks([location], perUnit)} label={plotLabel(answer)} tick={tick} />
      {dispersion !== null && (
        <>
          <h3 class="control-name">{say(`spread_${answer.chart}`)}</h3>
          <TrackPlot
            tracks={drawTracks([dispersion], perUnit)}
            label={say(`spread_${answer.chart}`)}
            tick={tick}
            isSmall
          />
        </>
      )}
    </>
  );
}

/** What is charted as people read it: weights in the reader's unit, densities as they are. */
function chartedIn({ unit }: ChartAnswer) {
  if (unit === "lb") return { perUnit: poundsInUnit(), tick: tickText, text: fineText };
  return {
    perUnit: 1,
    tick: roundText,
    text: (value: number | null) =>
      value === null ? "–" : `${formatNumber(value, 4)}\u00a0${say(`charted_${unit}`)}`,
  };
}

function plotLabel({ chart, points_total, signals_total }: ChartAnswer): string {
  return say("chartText", {
    chart: say(`chart_${chart}`),
    count: points_total,
    signals: formatNumber(signals_total),
  });
}

/** Lines of numbers with their limits; what is marked has a dot. */
export function TrackPlot(props: {
  readonly tracks: readonly DrawnTrack[];
  readonly label: string;
  /** A value at the axis, as text. */
  readonly tick: (value: number) => string;
  readonly isSmall?: boolean;
}) {
  const { tracks, label, tick, isSmall = false } = props;
  const [first] = tracks;
  if (first === undefined) return null;
  return (
    <div class={`control-plot${isSmall ? " control-small" : ""}`} role="img" aria-label={label}>
      <div class="control-axis" aria-hidden="true">
        {first.ticks.map(({ value, at }) => (
          <span key={value} style={{ bottom: percent(at) }}>
            {tick(value)}
          </span>
        ))}
      </div>
      <div class="control-field">
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          <polyline class="control-limit" points={first.lower} />
          <polyline class="control-limit" points={first.upper} />
          {first.center !== null && (
            <line
              class="control-center"
              x1="0"
              x2="100"
              y1={100 - first.center * 100}
              y2={100 - first.center * 100}
            />
          )}
          {tracks.map((track) => (
            <polyline key={track.line} class="control-line" points={track.line} />
          ))}
        </svg>
        {tracks.flatMap((track) =>
          track.dots.map(({ x, y, place }) => (
            <span
              key={`${track.line.length}-${place}`}
              class="control-dot"
              style={{ left: percent(x), bottom: percent(y) }}
            />
          )),
        )}
      </div>
    </div>
  );
}

/** The signals, newest first. */
export function Signals(props: { readonly answer: ChartAnswer }) {
  const { signals, signals_total: total } = props.answer;
  if (total === 0) return <p>{say("noSignals")}</p>;
  return (
    <>
      <ul class="control-signals">
        {signals
          .slice(-shownMax)
          .reverse()
          .map((signal) => (
            <li key={`${signal.of} ${signal.rule} ${signal.side} ${signal.points[0]}`}>
              <b>{say(`rule_${signal.rule}`)}</b> <span class="quiet">({signal.rule})</span>
              {signal.side !== null && <> · {say(signal.side)}</>}
              {signal.of === "dispersion" && <> · {say("ofSpread")}</>}
              {" · "}
              {say("points", { count: signal.points.length, list: pointList(signal.points) })}
              {" · "}
              <span class="quiet">
                {formatDateTime(signal.from)} – {formatDateTime(signal.to)}
              </span>
            </li>
          ))}
      </ul>
      {total > shownMax && <p class="quiet">{say("moreSignals", { count: total - shownMax })}</p>}
    </>
  );
}

const shownMax = 20;

/** Numbered from 1, as people do. */
function pointList(points: readonly number[]): string {
  const [first = 0, last = first] = [points[0], points.at(-1)];
  const isRun = points.length > 2 && last - first === points.length - 1;
  if (isRun) return `${formatNumber(first + 1)}–${formatNumber(last + 1)}`;
  return points.map((point) => formatNumber(point + 1)).join(", ");
}

/** The limits in numbers, where all points have the same. */
export function LimitFigures({ answer }: { readonly answer: ChartAnswer }) {
  const { text } = chartedIn(answer);
  const { location, dispersion, chart } = answer;
  if (location === null) return null;
  const figures = ({ center, lower, upper }: NonNullable<ChartAnswer["location"]>) =>
    say("limitFigures", { center: text(center), lower: text(lower), upper: text(upper) });
  return (
    <p class="quiet">
      {figures(location)}
      {dispersion !== null && (
        <>
          <br />
          {say(`spread_${chart}`)}: {figures(dispersion)}
        </>
      )}
    </p>
  );
}

/** The last points, in numbers. */
export function PointTable(props: { readonly answer: ChartAnswer }) {
  const { points, chart } = props.answer;
  const { text } = chartedIn(props.answer);
  const isSums = chart === "cusum";
  return (
    <details class="as-table">
      <summary>{say("asTable")}</summary>
      <table class="table table-plain">
        <thead>
          <tr>
            <th class="numeric">{say("point")}</th>
            <th>{word("from")}</th>
            <th class="numeric">{word("bags")}</th>
            <th class="numeric">{say("value")}</th>
            <th class="numeric">{say(isSums ? "sumBelow" : "lower")}</th>
            <th class="numeric">{say(isSums ? "sumAbove" : "upper")}</th>
            {!isSums && <th class="numeric">{say("spread")}</th>}
          </tr>
        </thead>
        <tbody>
          {points.slice(-50).map((point) => (
            <tr key={point.index}>
              <td class="numeric">{formatNumber(point.index + 1)}</td>
              <td>{formatDateTime(point.from)}</td>
              <td class="numeric">{formatNumber(point.n)}</td>
              <td class="numeric">{text(point.value)}</td>
              <td class="numeric">{text(isSums ? point.below : point.lower)}</td>
              <td class="numeric">{text(isSums ? point.above : point.upper)}</td>
              {!isSums && <td class="numeric">{text(point.spread)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
