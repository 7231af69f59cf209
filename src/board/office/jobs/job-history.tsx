import type { JobHistory } from "../../../records/jobs/job-history.ts";
import { say as sayJobs } from "../../jobs/texts.ts";
import { formatDateTime, formatNumber, targetText } from "../../shared/format.ts";
import { Cell } from "../parts.tsx";
import { word } from "../words.ts";
import { say } from "./texts.ts";

type Change = JobHistory["changes"][number];

/** How the job was changed while it ran, and its lots; nothing where neither was. */
export function History(props: { readonly history: JobHistory }) {
  const { changes, lots } = props.history;
  return (
    <>
      {changes.length > 0 && (
        <section class="card" aria-labelledby="job-changes">
          <h2 id="job-changes">{say("changes")}</h2>
          <table class="table">
            <thead>
              <tr>
                <th>{say("fromBag")}</th>
                <th>{say("since")}</th>
                <th>{say("what")}</th>
                <th>{word("reason")}</th>
                <th>{say("who")}</th>
              </tr>
            </thead>
            <tbody>
              {changes.map((change) => (
                <tr key={change.since}>
                  <Cell label={say("fromBag")}>{fromBag(change.from_bag)}</Cell>
                  <Cell label={say("since")}>{formatDateTime(change.since)}</Cell>
                  <Cell label={say("what")}>
                    {whatChanged(change).map((text) => (
                      <span key={text} class="change-line">
                        {text}
                      </span>
                    ))}
                  </Cell>
                  <Cell label={word("reason")}>{change.reason}</Cell>
                  <Cell label={say("who")}>{change.actor}</Cell>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {lots.length > 0 && (
        <section class="card" aria-labelledby="job-lots">
          <h2 id="job-lots">{say("lots")}</h2>
          <table class="table">
            <thead>
              <tr>
                <th>{say("lot")}</th>
                <th>{say("fromBag")}</th>
                <th>{say("since")}</th>
                <th class="numeric">{word("bags")}</th>
              </tr>
            </thead>
            <tbody>
              {lots.map(({ lot, since, from_bag, bags }) => (
                <tr key={since ?? ""}>
                  <Cell label={say("lot")} class="cell-title cell-name">
                    {lot === null ? "–" : <a href={`/bags?${new URLSearchParams({ lot })}`}>{lot}</a>}
                  </Cell>
                  <Cell label={say("fromBag")}>{fromBag(from_bag)}</Cell>
                  <Cell label={say("since")}>
                    {since === null ? say("fromStart") : formatDateTime(since)}
                  </Cell>
                  <Cell label={word("bags")} class="numeric">
                    {formatNumber(bags)}
                  </Cell>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}

function fromBag(number: number | null): string {
  return number === null ? say("noBagYet") : say("fromBagNumber", { number });
}

function whatChanged({ before, after }: Change): string[] {
  const pairs = [
    [before.company, after.company],
    [targetText(before), targetText(after)],
    [quantityText(before), quantityText(after)],
  ] as const;
  return pairs.flatMap(([old, now]) => (old === now ? [] : [`${old} → ${now}`]));
}

function quantityText({ quantity }: Change["before"]): string {
  return sayJobs("bags", { count: quantity, number: formatNumber(quantity) });
}
