import type { PartHealth } from "../../../health/health-report.ts";
import type { Ledger } from "../../../records/ledger/ledger-reader.ts";
import { api } from "../../shared/api.ts";
import { formatNumber, formatTime } from "../../shared/format.ts";
import { health } from "../../shared/live.ts";
import { t } from "../../shared/texts.ts";
import { useLive } from "../live-hook.ts";
import { useLoaded } from "../loaded.ts";
import { Fact } from "../parts.tsx";
import { useEvery, useSoon } from "../soon.ts";
import { Show } from "../states.tsx";
import { say } from "./texts.ts";

const askEveryMs = 10_000;
const askSoonMs = 1_000;

/** Each part's state, what waits in it, and the proof that nothing is lost. */
export function Health() {
  return (
    <section aria-labelledby="health">
      <h2 id="health">{say("health")}</h2>
      <Parts />
      <LedgerCard />
    </section>
  );
}

function Parts() {
  const now = health.value;
  if (now === null) return <p class="loading">{t("loading")}</p>;
  const { scales_port, journal, database, upstream } = now.parts;
  const {
    journal_backlog: backlog,
    deliveries_pending: pending,
    deliveries_parked: parked,
    destinations,
  } = now;
  return (
    <ul class="health-parts">
      <Part name={say("scales_port")} part={scales_port} />
      <Part name={say("journal")} part={journal}>
        {say("backlog", { count: backlog })}
      </Part>
      <Part name={say("database")} part={database} />
      {destinations.length < 2 ? (
        <DestinationPart name={say("upstream")} part={upstream} pending={pending} parked={parked} />
      ) : (
        destinations.map((each) => <DestinationPart key={each.name} part={each} {...each} />)
      )}
    </ul>
  );
}

function DestinationPart(props: {
  readonly name: string;
  /** null: nothing is forwarded. */
  readonly part: PartHealth | null;
  readonly pending: number | null;
  readonly parked: number | null;
}) {
  const { name, part, pending, parked } = props;
  return (
    <Part name={name} part={part}>
      {pending !== null && say("pendingCount", { count: pending })}
      {parked !== null && parked > 0 && `, ${say("parkedCount", { count: parked })}`}
    </Part>
  );
}

function Part(props: {
  readonly name: string;
  /** null: there is none. */
  readonly part: PartHealth | null;
  readonly children?: preact.ComponentChildren;
}) {
  const { name, part, children } = props;
  return (
    <li class="card health-part">
      <h3>{name}</h3>
      {part === null ? (
        <span class="quiet">{say("notForwarded")}</span>
      ) : (
        <>
          <span class={`state health-${part.state}`}>{say(part.state)}</span>
          {part.detail !== null && (
            <p class="answer" lang="en">
              {part.detail}
            </p>
          )}
          <p class="quiet">{children}</p>
        </>
      )}
    </li>
  );
}

function LedgerCard() {
  const ledger = useLoaded("", () => api<Ledger>("GET", "/api/ledger"));
  useEvery(ledger.reload, askEveryMs);
  const askSoon = useSoon(ledger.reload, askSoonMs);
  useLive("bag", askSoon);
  useLive("rejected", askSoon);
  return (
    <div class="card">
      <h3>{say("ledger")}</h3>
      <Show of={ledger}>
        {({ received, bags, rejected, pending, missing, gaps, as_of }) => (
          <>
            <dl class="facts facts-small">
              <Fact name={say("ledgerReceived")}>{formatNumber(received)}</Fact>
              <Fact name={say("ledgerBags")}>{countOf(bags)}</Fact>
              <Fact name={say("ledgerRejected")}>{countOf(rejected)}</Fact>
              <Fact name={say("ledgerPending")}>{formatNumber(pending)}</Fact>
              <Fact name={say("ledgerMissing")}>
                <span class={missing ? "over-text" : ""}>{countOf(missing)}</span>
              </Fact>
            </dl>
            <p class={missing === null ? "quiet" : missing === 0 ? "in-text" : "over-text"}>
              {missing === null
                ? say("ledgerUnknown")
                : missing === 0
                  ? say("ledgerHolds")
                  : say("ledgerFails", {
                      gaps: gaps.map(({ from, through }) => rangeOf(from, through)).join(", "),
                    })}{" "}
              {as_of !== null && <small class="quiet">{say("asOf", { when: formatTime(as_of) })}</small>}
            </p>
          </>
        )}
      </Show>
    </div>
  );
}

function countOf(count: number | null): string {
  return count === null ? say("notKnown") : formatNumber(count);
}

function rangeOf(from: number, through: number): string {
  return from === through ? String(from) : `${from}–${through}`;
}
