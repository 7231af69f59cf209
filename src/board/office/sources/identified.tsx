import type { ConnectionIdentity } from "../../../http/api/identify.ts";
import { api } from "../../shared/api.ts";
import { formatShare } from "../../shared/format.ts";
import { useLoaded } from "../loaded.ts";
import { useEvery } from "../soon.ts";
import { ReadPrints } from "./read-prints.tsx";
import type { SourceFields } from "./source-form.ts";
import type { WantedSource } from "./sources.tsx";
import { dialectText, say } from "./texts.ts";

type Candidate = ConnectionIdentity["dialects"][number];

const askEveryMs = 5_000;

/** Which dialects fit what a connection sent last. Nothing is set before somebody says so. */
export function Identified(props: {
  readonly connection: number;
  /** Opens the dialog of the source with what is known. */
  readonly onUse: (wanted: WantedSource) => void;
}) {
  const { connection, onUse } = props;
  const identity = useLoaded(String(connection), () =>
    api<ConnectionIdentity>("GET", `/api/connections/${connection}/identify`),
  );
  useEvery(identity.reload, askEveryMs);
  const found = identity.value.value;
  if (found === null || found.dialects.length + found.formats.length === 0) return null;
  return (
    <section class="callout" aria-labelledby="identified">
      <h3 id="identified">{say("looksLike")}</h3>
      {found.is_fixed && <p>{say("fixedSource", { name: found.source ?? "" })}</p>}
      {found.formats.map((proposal) => (
        <Proposed
          key={proposal.format}
          proposal={proposal}
          {...(!found.is_fixed && {
            onUse: () => onUse(wantedBy(found, { dialect: "format", format: proposal.format })),
          })}
        />
      ))}
      {found.dialects.map((candidate) => (
        <Fitting
          key={candidate.dialect}
          candidate={candidate}
          {...(!found.is_fixed && { onUse: () => onUse(wantedBy(found, { dialect: candidate.dialect })) })}
        />
      ))}
    </section>
  );
}

/** Its source so set; of a connection of the default source: a new one for its address. */
function wantedBy(
  { source, remote_address }: ConnectionIdentity,
  known: Partial<SourceFields>,
): WantedSource {
  if (source !== null) return { source, known };
  return { source: null, known: { name: remote_address, from: remote_address, ...known } };
}

/** A format that reads every print, where no dialect looks like them. */
function Proposed(props: {
  readonly proposal: ConnectionIdentity["formats"][number];
  readonly onUse?: () => void;
}) {
  const { proposal, onUse } = props;
  const { format, open, prints } = proposal;
  return (
    <div class="identified">
      <p>
        <b>{say("proposed")}</b> <code class="raw">{format}</code>
      </p>
      <p class="quiet">{say("proposedText")}</p>
      <LeftOpen settings={open} />
      <ReadPrints prints={prints} />
      {onUse !== undefined && <Use what={format} onUse={onUse} />}
    </div>
  );
}

function Fitting(props: { readonly candidate: Candidate; readonly onUse?: () => void }) {
  const { candidate, onUse } = props;
  const { dialect, confidence, terminator, units, marks, open, prints } = candidate;
  const says = [...units, ...marks.map((mark) => say(`mark.${mark}`))];
  return (
    <div class="identified">
      <p>
        <b>{dialectText(dialect)}</b> · {say("sure", { share: formatShare(confidence) })} ·{" "}
        {say("endsWith", { terminator: terminator === "none" ? say("nothing") : terminator })}
        {says.length > 0 && ` · ${says.join(", ")}`}
      </p>
      <LeftOpen settings={open} />
      <ReadPrints prints={prints} />
      {onUse !== undefined && <Use what={dialectText(dialect)} onUse={onUse} />}
    </div>
  );
}

/** What the prints do not say. */
function LeftOpen(props: { readonly settings: readonly ("unit" | "decimals" | "decimal_mark")[] }) {
  const { settings } = props;
  if (settings.length === 0) return null;
  return (
    <p class="quiet">
      {say("leftOpen", { settings: settings.map((name) => say(`open.${name}`)).join(", ") })}
    </p>
  );
}

function Use(props: { readonly what: string; readonly onUse: () => void }) {
  return (
    <button
      type="button"
      class="button button-main button-small"
      aria-label={`${say("use")}: ${props.what}`}
      onClick={props.onUse}
    >
      {say("use")}
    </button>
  );
}
