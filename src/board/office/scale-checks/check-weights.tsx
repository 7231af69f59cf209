import { useSignal } from "@preact/signals";
import type { Checking } from "../../../http/api/scale-checks.ts";
import type { ScaleCheck } from "../../../records/scale-checks/check-list.ts";
import { ApiProblem, api, type Page } from "../../shared/api.ts";
import { checkWeightText } from "../../shared/check-weight.ts";
import { formatDecimal, weightText } from "../../shared/format.ts";
import { isAdmin } from "../../shared/session.ts";
import { useLive } from "../live-hook.ts";
import { useLoaded } from "../loaded.ts";
import { useSoon } from "../soon.ts";
import { Empty, Show } from "../states.tsx";
import { CheckTable } from "./check-table.tsx";
import { CheckingDialog } from "./checking-dialog.tsx";
import { ErrorCharts } from "./error-charts.tsx";
import { say } from "./texts.ts";

/** As many as a chart can show; older ones follow on request. */
const checksOnPage = 100;
const askSoonMs = 1_000;

/** By what a scale is checked, how it stands, and the checks that were made, with a chart for each weight. */
export function CheckWeights({ id }: { readonly id: number }) {
  const cursor = useSignal<string | null>(null);
  const isEditing = useSignal(false);
  const checking = useLoaded(String(id), async () => ({ found: await readChecking(id) }));
  const checks = useLoaded(`${id} ${cursor.value ?? ""}`, () =>
    api<Page<ScaleCheck>>("GET", `/api/scales/${id}/checks`, {
      query: { limit: checksOnPage, cursor: cursor.value },
    }),
  );
  const reload = useSoon(() => {
    checking.reload();
    checks.reload();
  }, askSoonMs);
  useLive("scale_check", (check) => {
    if (check.scale === id) reload();
  });
  const found = checking.value.value?.found ?? null;
  return (
    <section aria-labelledby="scale-checks">
      <h2 id="scale-checks">{say("title")}</h2>
      <Show of={checking}>
        {() => (found === null ? <Empty>{say("none")}</Empty> : <Settings checking={found} />)}
      </Show>
      {isAdmin.value && checking.value.value !== null && (
        <p>
          <button
            type="button"
            class="button button-small"
            onClick={() => {
              isEditing.value = true;
            }}
          >
            {say(found === null ? "set" : "change")}
          </button>
        </p>
      )}
      <Show of={checks}>
        {({ items, next }) =>
          items.length === 0 ? null : (
            <>
              <ErrorCharts checks={items} />
              <CheckTable
                checks={items}
                isNewest={cursor.value === null}
                next={next}
                onPage={(page) => {
                  cursor.value = page;
                }}
              />
            </>
          )
        }
      </Show>
      {isEditing.value && (
        <CheckingDialog
          id={id}
          checking={found}
          onClose={() => {
            isEditing.value = false;
          }}
          onDone={(changed) => {
            checking.value.value = { found: changed };
          }}
        />
      )}
    </section>
  );
}

/** null: nothing is set. */
async function readChecking(id: number): Promise<Checking | null> {
  try {
    return await api<Checking>("GET", `/api/scales/${id}/checking`);
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return null;
    throw error;
  }
}

function Settings({ checking }: { readonly checking: Checking }) {
  const { division, unit, weights, every, every_bags: bags, smallest_load: smallest } = checking;
  const inUnit = (number: string) => weightText({ number: formatDecimal(number), unit });
  return (
    <dl class="scale-facts card">
      <Fact term={say("standing")}>
        <Standing checking={checking} />
      </Fact>
      <Fact term={say("weights")}>{weights.map(checkWeightText).join(", ")}</Fact>
      <Fact term={say("division")}>{inUnit(division)}</Fact>
      <Fact term={say("class")}>{say(`class_${checking.class}`)}</Fact>
      <Fact term={say("every")}>
        {every === "bags" ? say("everyBags", { count: bags ?? 0 }) : say(`every_${every ?? "never"}`)}
      </Fact>
      <Fact term={say("blocks")}>{say(checking.blocks_jobs ? "yes" : "no")}</Fact>
      {smallest !== null && <Fact term={say("smallest")}>{inUnit(smallest)}</Fact>}
      {checking.calibrated_on !== null && <Fact term={say("calibrated")}>{checking.calibrated_on}</Fact>}
      {checking.calibration_due !== null && (
        <Fact term={say("calibrationDue")}>{checking.calibration_due}</Fact>
      )}
      {checking.document !== null && (
        <Fact term={say("document")}>
          <Document text={checking.document} />
        </Fact>
      )}
    </dl>
  );
}

function Fact(props: { readonly term: string; readonly children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{props.term}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

function Standing({ checking }: { readonly checking: Checking }) {
  const { failed, check, missing } = checking.standing;
  if (failed.length > 0) {
    const names = failed.map((name) => (name === "repeatability" ? say("repeatability") : name));
    return <span class="state state-disconnected">{say("failed", { weights: names.join(", ") })}</span>;
  }
  if (check === "ok") return <span class="state state-connected">{say("inOrder")}</span>;
  return <span class="state state-silent">{say(check, { weights: missing.join(", ") })}</span>;
}

/** An address is a link. */
function Document({ text }: { readonly text: string }) {
  return /^https?:\/\//.test(text) ? (
    <a href={text} rel="noreferrer">
      {text}
    </a>
  ) : (
    <span>{text}</span>
  );
}
